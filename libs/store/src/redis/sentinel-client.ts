import type { Address } from './address.js';
import { clientOf, connectNode, roleOf, type Client, type Node } from './client.js';
import { RedisFault } from './faults.js';
import { CONNECT_TIMEOUT_MS, withTimeout } from './timeout.js';

export interface Sentinels {
  addresses: readonly Address[];
  /** What the Sentinels call the master. */
  master: string;
  /** User and password of the master; its host and port come from the Sentinels. */
  credentials: Pick<Address, 'username' | 'password'>;
}

export async function connectSentinelMaster(sentinels: Sentinels, onError: (cause: unknown) => void): Promise<Client> {
  return clientOf(await connectMaster(sentinels, onError));
}

/**
 * The master that the Sentinels name, if it says the same of itself. All of them are asked: one that hangs delays nothing, and one that
 * was cut off from the others may still name a former master.
 */
export async function connectMaster(
  { addresses, master, credentials }: Sentinels,
  onError: (cause: unknown) => void,
): Promise<Node> {
  let isFound = false;
  const attempts = addresses.map(async (address) => {
    const [host, port] = await askForMaster(address, master);
    const { tls, ca, cert, key } = address.socket;
    const socket = { host, port, ...(tls && { tls, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }) };
    // What is not chosen is destroyed, which is an error of that client too.
    let isChosen = false;
    const connected = await connectNode({ ...credentials, socket }, (cause) => {
      if (isChosen) onError(cause);
    });
    const role = await roleOf(connected);
    if (!isFound && role !== 'slave') {
      isFound = isChosen = true;
      return connected;
    }
    connected.destroy();
    throw new RedisFault('no-master', `${host}:${port}, which the Sentinels call the master, is a replica`);
  });
  return Promise.any(attempts);
}

async function askForMaster(sentinel: Address, master: string): Promise<[host: string, port: number]> {
  const { node, destroy } = await connectNode(sentinel, () => {});
  try {
    const asked = node.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]);
    const reply = (await withTimeout(CONNECT_TIMEOUT_MS, asked)) as [string, string] | null;
    if (reply !== null) return [reply[0], Number(reply[1])];
    throw new RedisFault('no-master', `the Sentinels know no master "${master}"`);
  } finally {
    destroy();
  }
}
