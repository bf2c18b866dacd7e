/**
 * Cookies of this service, which no script reads. On https their names make the browser itself refuse any other origin's
 * (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
 */
export class Cookies {
  private readonly prefix: string;
  private readonly attributes: string;

  constructor(publicUrl: string, sameSite: 'Lax' | 'Strict') {
    const secure = publicUrl.startsWith('https:');
    this.prefix = secure ? '__Host-' : '';
    this.attributes = `Path=/; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
  }

  set(name: string, value: string, maxAgeSeconds: number): string {
    return `${this.prefix}${name}=${value}; Max-Age=${maxAgeSeconds}; ${this.attributes}`;
  }

  clear(name: string): string {
    return this.set(name, '', 0);
  }

  get(header: string | undefined, name: string): string | undefined {
    if (header === undefined) return undefined;
    const wanted = `${this.prefix}${name}=`;
    const pairs = header.split(';').map((pair) => pair.trim());
    return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
  }
}
