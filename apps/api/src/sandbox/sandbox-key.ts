import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncryptionKey } from '@causeway/crypto';

const fileIn = (directory: string) => join(directory, 'sandbox.key');

/** Whether sandbox mode has run with this directory. */
export const hasSandboxKey = (directory: string): boolean => existsSync(fileIn(directory));

/** In sandbox mode, the encryption key is generated once and stored with the data, readable only by its owner. */
export async function sandboxKey(directory: string): Promise<EncryptionKey> {
  const file = fileIn(directory);
  const generated = randomBytes(32).toString('base64');
  // `wx`: of two processes that start together, one writes and the other reads what it wrote.
  await writeFile(file, generated, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return { id: 'sandbox', secret: Buffer.from(await readFile(file, 'utf8'), 'base64') };
}
