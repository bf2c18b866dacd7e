interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
  secure: boolean;
  sameSite: string;
}

interface Navigation {
  from?: string | undefined;
  method: 'GET' | 'POST';
}

/** Cookies as a browser keeps them: by host (not by port), with Path, Secure and SameSite. */
export class CookieJar {
  private readonly cookies = new Map<string, Cookie>();

  store(url: string, lines: readonly string[]): void {
    const host = new URL(url).hostname;
    for (const line of lines) {
      const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
      const attributes = new Map(rest.map((part) => splitOnce(part.toLowerCase())));
      const [name, value] = splitOnce(pair);
      const path = rest.map(splitOnce).find(([key]) => key.toLowerCase() === 'path')?.[1] || '/';
      const key = `${host} ${path} ${name}`;
      const gone =
        Number(attributes.get('max-age') ?? 1) <= 0 || Date.parse(attributes.get('expires') ?? '') < Date.now();
      if (gone) this.cookies.delete(key);
      else {
        const sameSite = attributes.get('samesite') ?? 'lax';
        this.cookies.set(key, { name, value, host, path, secure: attributes.has('secure'), sameSite });
      }
    }
  }

  header(url: string, { from, method }: Navigation): string {
    const { hostname, protocol, pathname } = new URL(url);
    const foreign = from !== undefined && new URL(from).hostname !== hostname;
    return [...this.cookies.values()]
      .filter(
        ({ host, path }) => host === hostname && (pathname === path || pathname.startsWith(path.replace(/\/?$/, '/'))),
      )
      .filter(({ secure }) => !secure || protocol === 'https:' || hostname === 'localhost')
      .filter(({ sameSite }) => !foreign || sameSite === 'none' || (sameSite === 'lax' && method === 'GET'))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  names(): string[] {
    return [...this.cookies.values()].map(({ name }) => name);
  }
}

function splitOnce(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}
