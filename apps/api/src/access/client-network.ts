import { SocketAddress, isIP } from 'node:net';

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 address, all of which a client usually has. */
export interface ClientNetwork {
  name: string;
  /** Of a reverse proxy or a program on this machine. */
  isLoopback: boolean;
}

const BRACKETED = /^\[([^\]]*)\](?::\d+)?$/;
const WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/;
const MAPPED = '::ffff:';
/** One name for all that is no address: no proxy writes another text for each request. */
const UNKNOWN: ClientNetwork = { name: 'unknown', isLoopback: false };

/** @param text of a socket, or of a proxy: some add a port, brackets, or the zone of an address */
export function clientNetwork(text: string): ClientNetwork {
  const bare = (BRACKETED.exec(text)?.[1] ?? WITH_PORT.exec(text)?.[1] ?? text).replace(/%.*$/, '');
  if (isIP(bare) === 4) return ofIpv4(bare);
  if (isIP(bare) !== 6) return UNKNOWN;
  // In the shortest form, whichever it was written in.
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  if (address.startsWith(MAPPED) && isIP(address.slice(MAPPED.length)) === 4)
    return ofIpv4(address.slice(MAPPED.length));
  const [front = '', back = ''] = address.split('::');
  const [left, right] = [groups(front), groups(back)];
  const zeros = address.includes('::') ? Array<string>(8 - left.length - right.length).fill('0') : [];
  return { name: [...left, ...zeros, ...right].slice(0, 4).join(':') + '::/64', isLoopback: address === '::1' };
}

function ofIpv4(name: string): ClientNetwork {
  return { name, isLoopback: name.startsWith('127.') };
}

/** An address that ends in IPv4 notation has two groups in it, beyond the /64. */
function groups(part: string): string[] {
  return part === '' ? [] : part.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split(':');
}
