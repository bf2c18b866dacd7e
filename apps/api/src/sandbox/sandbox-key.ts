import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncryptionKey } from '@causeway/crypto';

/** In sandbox mode the encryption key is made once and kept beside the data, readable by its owner only. */
export async function sandboxKey(directory: string): Promise<EncryptionKey> {
  const file = join(directory, 'sandbox.key');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = randomBytes(32).toString('base64');
  // `wx`: of two processes that start together one writes, the other reads what it wrote.
  await writeFile(file, made, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return { id: 'sandbox', secret: Buffer.from(await readFile(file, 'utf8'), 'base64') };
}
