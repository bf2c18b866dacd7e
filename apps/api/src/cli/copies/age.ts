import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { CommandError, unreadable } from '../command.js';

/** https://age-encryption.org/v1: also opened by the program `age`. */
const HEADER = 'age-encryption.org/v1';
const MIN_PASSPHRASE = 12;

export interface EncryptOptions {
  passphraseFile?: string;
  recipient?: string[];
}

export interface DecryptOptions {
  passphraseFile?: string;
  identity?: string;
}

/** @returns `null` where neither a passphrase nor a recipient was given */
export async function encrypterOf({ passphraseFile, recipient = [] }: EncryptOptions): Promise<Encrypter | null> {
  if (passphraseFile !== undefined && recipient.length > 0)
    throw new CommandError('give either a passphrase or recipients, not both', 2);
  const encrypter = new Encrypter();
  for (const name of recipient) addRecipient(encrypter, name);
  if (passphraseFile !== undefined) encrypter.setPassphrase(checked(await firstLine(passphraseFile)));
  return passphraseFile === undefined && recipient.length === 0 ? null : encrypter;
}

/** Asks for a passphrase where the terminal can. */
export async function askedEncrypter(): Promise<Encrypter> {
  const passphrase = checked(await ask('Passphrase (at least 12 characters): '));
  if ((await ask('The same again: ')) !== passphrase) throw new CommandError('these are two different passphrases', 2);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter;
}

export async function* encrypted(encrypter: Encrypter, plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* (await encrypter.encrypt(toWeb(plain))) as unknown as AsyncIterable<Uint8Array>;
}

function toWeb(source: AsyncIterable<Uint8Array>): globalThis.ReadableStream<Uint8Array> {
  return ReadableStream.from(source);
}

/** Opens files that may be encrypted. The passphrase is asked for once. */
export class Opener {
  private decrypter: Decrypter | null = null;

  constructor(private readonly options: DecryptOptions) {}

  /** @throws CommandError for a file that cannot be read or decrypted */
  async open(file: string): Promise<AsyncIterable<Uint8Array>> {
    const source = createReadStream(file);
    const first = await peek(source).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    if (!first.subarray(0, HEADER.length).equals(Buffer.from(HEADER))) return source;
    this.decrypter ??= await decrypterOf(this.options);
    try {
      return damaged(await this.decrypter.decrypt(toWeb(source)));
    } catch (error) {
      throw notDecrypted(error);
    }
  }
}

async function* damaged(decrypted: globalThis.ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* decrypted as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw notDecrypted(error);
  }
}

function notDecrypted(cause: unknown): CommandError {
  if (cause instanceof CommandError) return cause;
  return new CommandError(
    'the file cannot be decrypted: another passphrase or key, or it was cut or changed. Nothing was changed.',
  );
}

async function decrypterOf({ passphraseFile, identity }: DecryptOptions): Promise<Decrypter> {
  const decrypter = new Decrypter();
  if (identity !== undefined) {
    const lines = (await readText(identity)).split('\n').map((line) => line.trim());
    for (const line of lines) if (line.startsWith('AGE-SECRET-KEY-')) decrypter.addIdentity(line);
  } else {
    decrypter.addPassphrase(
      passphraseFile === undefined ? await ask('Passphrase of the file: ') : await firstLine(passphraseFile),
    );
  }
  return decrypter;
}

/** What is read is put back. */
async function peek(source: Readable): Promise<Buffer> {
  for await (const chunk of source.iterator({ destroyOnReturn: false })) {
    source.unshift(chunk);
    return chunk as Buffer;
  }
  return Buffer.alloc(0);
}

function addRecipient(encrypter: Encrypter, name: string): void {
  try {
    encrypter.addRecipient(name);
  } catch {
    throw new CommandError('a recipient is a public key of age: age1…', 2);
  }
}

function checked(passphrase: string): string {
  if (passphrase.length >= MIN_PASSPHRASE) return passphrase;
  throw new CommandError(`a passphrase has at least ${MIN_PASSPHRASE} characters`, 2);
}

async function firstLine(file: string): Promise<string> {
  return (await readText(file)).split(/\r?\n/, 1)[0] ?? '';
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

/** From the terminal, whatever standard input is; what is typed is not shown. */
async function ask(question: string): Promise<string> {
  const terminal = await open('/dev/tty', 'r+').catch(() => {
    throw new CommandError('there is no terminal to ask for a passphrase: give --passphrase-file <file>', 2);
  });
  process.stderr.write(question);
  const lines = createInterface({ input: terminal.createReadStream(), output: new PassThrough(), terminal: true });
  try {
    const [answer] = await new Promise<[string]>((resolve) => lines.once('line', (text) => resolve([text])));
    return answer;
  } finally {
    lines.close();
    process.stderr.write('\n');
    await terminal.close().catch(() => undefined);
  }
}
