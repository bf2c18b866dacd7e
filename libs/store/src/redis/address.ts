/** Where a Redis is and as whom to enter. */
export interface Address {
  host: string;
  port: number;
  tls: boolean;
  username?: string;
  password?: string;
  database?: number;
}

/** Nodes of one cluster share their users: what only one address says holds for all. */
export function parseAddresses(texts: readonly string[]): Address[] {
  const addresses = texts.map(parseAddress);
  const { username, password } = addresses.find((address) => address.password !== undefined) ?? {};
  return addresses.map((address) => ({
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...address,
  }));
}

/** `host:port`, `redis://…` or `rediss://…`. The message of a fault never repeats the text: it may hold a password. */
function parseAddress(text: string): Address {
  const url = parseUrl(text.includes('://') ? text : `redis://${text}`);
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') throw invalid();
  const database = url.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(database)) throw invalid();
  return {
    // Node's sockets want an IPv6 address without the brackets of a URL.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    tls: url.protocol === 'rediss:',
    ...(url.username === '' ? {} : { username: decode(url.username) }),
    ...(url.password === '' ? {} : { password: decode(url.password) }),
    ...(database === '' || database === '0' ? {} : { database: Number(database) }),
  };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid();
  }
}

function invalid(): Error {
  return new Error(
    'The address of Redis is not valid: expected redis://[user:password@]host[:port][/database] or rediss://…',
  );
}
