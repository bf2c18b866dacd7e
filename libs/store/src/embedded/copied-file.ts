import { closeSync, existsSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { IncompleteCopyError } from '../incomplete-copy-error.js';
import { findDamage, newestSnapshot } from './page-walk.js';

/** Which file it is, and the transaction that it has at least reached. A copy is another file, and an older one has an older transaction. */
interface Origin {
  device: string;
  inode: string;
  transaction: string;
}

const originOf = (path: string) => `${path}-origin`;

/**
 * Looks at every page of a file that was not here before, or is older than it was. Reading costs a second for some hundred megabytes.
 * @throws IncompleteCopyError
 */
export async function verifyIfCopied(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const snapshot = newestSnapshot(file);
    if (snapshot === null || isKnown(readOrigin(path), current(file, snapshot.transaction))) return;
    const damage = findDamage(file, snapshot);
    if (damage === null) return;
    await setImmediate();
    // Another process writes to it: what is in use is no copy.
    if (newestSnapshot(file)?.transaction !== snapshot.transaction) return;
    throw new IncompleteCopyError(
      `the file store.mdb is an incomplete copy (${damage}): it was copied while a service wrote to it. Stop the service before you copy its file, or use \`causeway backup\`.`,
    );
  } finally {
    closeSync(file);
  }
}

/** Called after it was opened, now and then, and after it was closed. What cannot be written is found out by a look at every page. */
export function rememberOrigin(path: string): void {
  try {
    writeOrigin(path);
  } catch {
    // The disk may be full, or read-only.
  }
}

function writeOrigin(path: string): void {
  const file = openSync(path, 'r');
  try {
    const snapshot = newestSnapshot(file);
    if (snapshot === null) return;
    writeFileSync(originOf(path), JSON.stringify(current(file, snapshot.transaction)), { mode: 0o600 });
  } finally {
    closeSync(file);
  }
}

function isKnown(origin: Origin | null, now: Origin): boolean {
  return (
    origin !== null &&
    origin.device === now.device &&
    origin.inode === now.inode &&
    BigInt(now.transaction) >= BigInt(origin.transaction)
  );
}

function current(file: number, transaction: bigint): Origin {
  const { dev, ino } = fstatSync(file, { bigint: true });
  return { device: `${dev}`, inode: `${ino}`, transaction: `${transaction}` };
}

/** One that was cut by a crash counts as none. */
function readOrigin(path: string): Origin | null {
  try {
    const { device, inode, transaction } = JSON.parse(readFileSync(originOf(path), 'utf8')) as Origin;
    BigInt(transaction);
    return { device, inode, transaction };
  } catch {
    return null;
  }
}
