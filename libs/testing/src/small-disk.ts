import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  readonly directory: string;
  /** Takes all the room that is left; `makeRoom` gives it back. */
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  remove(): Promise<void>;
}

/** A file system of its own in memory. `null`, and a line that says why, where this user or this machine may not mount one. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | null> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    process.stderr.write(`skipped: no file system can be mounted here (${String(error).split('\n')[0]})\n`);
    return null;
  }
  const filler = join(directory, 'filler');
  return {
    directory,
    async fill() {
      // The rest of the write that the disk refuses is what it has no room for.
      await writeFile(filler, Buffer.alloc(megabytes * 1024 * 1024)).catch(() => {});
    },
    makeRoom: () => rm(filler, { force: true }),
    async remove() {
      await run('umount', ['-l', directory]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
