import type { Ref } from '../key-value-store.js';
import type { Connection } from './connection.js';
import { keysOfKind, refOfKey, type Kind } from './keys.js';

const SCAN_COUNT = 500;

/** The names of everything of one kind, on all nodes. What is there all the time is named at least once. */
export async function* scanKind(connection: Connection, kind: Kind): AsyncGenerator<Ref[]> {
  for (const send of await connection.use((client) => client.nodes())) {
    let cursor = '0';
    do {
      const scan = ['SCAN', cursor, 'MATCH', keysOfKind(kind), 'COUNT', `${SCAN_COUNT}`];
      const [next, keys] = (await connection.use(() => send(scan))) as [string, string[]];
      cursor = next;
      const refs = keys.flatMap((key) => refOfKey(kind, key) ?? []);
      if (refs.length > 0) yield refs;
    } while (cursor !== '0');
  }
}
