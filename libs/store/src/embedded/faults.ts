import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { types } from 'node:util';
import { messageOf, type StoreFault } from '../store-fault.js';

/** Less is no room for a transaction. */
const ROOM_BYTES = 1024 * 1024;

const { errno } = constants;
const FULL = new Set([errno.ENOSPC, errno.EDQUOT, errno.EFBIG]);
const READ_ONLY = new Set([errno.EROFS, errno.EACCES, errno.EPERM]);

export function embeddedFault(error: unknown, directory: string): StoreFault {
  const number = types.isNativeError(error) && 'code' in error ? Number(error.code) : 0;
  // LMDB reports a write that the system cut short, as on a full disk, as a failure of input or output.
  if (FULL.has(number) || (number === errno.EIO && !hasRoom(directory))) {
    const advice = 'make room there: reads go on, and writes as soon as there is room';
    return { code: 'disk-full', message: 'the disk of DATA_DIR is full', advice };
  }
  if (READ_ONLY.has(number)) {
    return { code: 'read-only', message: messageOf(error), advice: 'make DATA_DIR writable for this process' };
  }
  return { code: 'other', message: messageOf(error), advice: '' };
}

function hasRoom(directory: string): boolean {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize >= ROOM_BYTES;
}
