import { createWriteStream } from 'node:fs';
import { access, link, open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Encrypter } from 'age-encryption';
import { CommandError } from '../command.js';
import { encrypted } from './age.js';

const STDOUT = '-';

/**
 * Writes a file that exists only when it is complete, for the user of this process only. `-` is standard output.
 * @throws CommandError for a file that exists
 */
export async function writeOutput(
  file: string,
  texts: AsyncIterable<string>,
  encrypter: Encrypter | null,
  signal: AbortSignal,
): Promise<void> {
  const plain = bytes(texts, signal);
  const source = encrypter === null ? plain : encrypted(encrypter, plain);
  if (file === STDOUT) {
    await pipeline(source, process.stdout, { end: false });
    return;
  }
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new CommandError(`${file} exists: name another file`);
  const part = `${file}.part`;
  try {
    await pipeline(source, createWriteStream(part, { mode: 0o600 }));
    await synchronize(part);
    await link(part, file);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code !== undefined && syscall !== undefined) throw new CommandError(`${file} cannot be written (${code})`);
    throw error;
  } finally {
    await rm(part, { force: true });
  }
}

async function* bytes(texts: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const text of texts) {
    signal.throwIfAborted();
    if (text !== '') yield Buffer.from(text);
  }
}

async function synchronize(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}
