import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

/**
 * `overlappingSync: false`: a transaction is on the disk (fdatasync) before its promise resolves, so neither the end of the
 * process nor that of the machine takes back what was answered; lmdb writes many callers' changes in one such step.
 *
 * A second process may open the same directory: LMDB lets one write at a time, so every invariant holds between them, leases too.
 * Both must run on one machine and see each other's process ids (not two containers with a shared volume, not a network disk).
 */
export async function openEnvironment(directory: string): Promise<RootDatabase<Buffer, Uint8Array>> {
  // Credentials lie here, sealed; still nobody else has to read them.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return open<Buffer, Uint8Array>({
    path: join(directory, 'store.mdb'),
    // Else a directory with a dot in its name would be taken for a file.
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
  });
}
