import type { RedisClientOptions } from 'redis';

/** Client options of one Redis. */
export type Address = Pick<RedisClientOptions, 'username' | 'password' | 'database'> & {
  socket: { host: string; port: number } & Partial<{ tls: true } & TlsFiles>;
};

/** In PEM. They are used for addresses with `rediss://`. */
export interface TlsFiles {
  /** Certificates of authorities that are trusted, instead of those of the system. */
  ca?: string;
  /** The certificate of this client, and its key. */
  cert?: string;
  key?: string;
}

/** What an address has when it does not say so itself. */
export interface AddressDefaults {
  username?: string;
  password?: string;
  tls?: TlsFiles;
}

/** Nodes of one cluster share their users: credentials in one address hold for all. */
export function parseAddresses(
  texts: readonly string[],
  { tls = {}, ...defaults }: AddressDefaults = {},
): [Address, ...Address[]] {
  const [first, ...others] = texts.map((text) => parseAddress(text, tls));
  if (first === undefined) throw new Error('No address of Redis is given');
  const { username, password } = [first, ...others].find((address) => address.password !== undefined) ?? defaults;
  const shared = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  return [{ ...shared, ...first }, ...others.map((address) => ({ ...shared, ...address }))];
}

/** `host:port`, `redis://…` or `rediss://…`. The client's own parser keeps the brackets of an IPv6 address, which sockets reject. */
function parseAddress(text: string, tls: TlsFiles): Address {
  try {
    const url = new URL(text.includes('://') ? text : `redis://${text}`);
    const database = url.pathname.slice(1);
    if (/^rediss?:$/.test(url.protocol) && url.hostname !== '' && /^\d*$/.test(database))
      return {
        ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
        ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
        ...(Number(database) > 0 && { database: Number(database) }),
        socket: {
          host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: Number(url.port || 6379),
          ...(url.protocol === 'rediss:' && { tls: true, ...tls }),
        },
      };
  } catch {
    // The message of the parser repeats the text, which may contain a password.
  }
  throw new Error(
    'The address of Redis is not valid: expected redis://[user:password@]host[:port][/database] or rediss://…',
  );
}
