import { createHash, type Hash } from 'node:crypto';
import type { Keyring, MacKeys } from '@causeway/crypto';
import type { Store, StoredEntry } from '@causeway/store';
import type { SyncDefinition } from '../../syncs/sync-definitions.js';
import { CommandError } from '../command.js';
import { linesOf } from './lines.js';
import type { Opener } from './age.js';

const FORMAT = 'causeway-backup';
/** Files of version 1 have no syncs. */
const VERSIONS = [1, 2];
const VERSION = 2;

export type BackupEntry = StoredEntry | ({ kind: 'sync' } & SyncDefinition);

export interface BackupHeader {
  createdAt: string;
  source: Store['kind'];
}

export interface BackupEnd {
  entries: number;
  connections: number;
  syncs: number;
  /** Ids of the encryption keys with which something in it was stored. */
  keys: string[];
  /** Of all bytes before the last line. */
  sha256: string;
  /** HMAC of the line without it, as `<key id>.<tag>`. */
  tag: string;
}

/** An entry as a line: lists, because names would take half of the file. */
type Line =
  | ['v', partition: string, key: string, value: string, expiresAt: number | null]
  | [
      's',
      id: string,
      name: string,
      connectionId: string,
      orgId: string,
      userId: string,
      settings: string,
      createdAt: number,
    ]
  | ['m', partition: string, index: string, members: string[]]
  | ['l', partition: string, log: string, isFirst: boolean, entries: string[], expiresAt: number | null];

/** Makes the lines of a backup: a header, a line for each entry, and a last one that proves that nothing is missing or was changed. */
export class BackupLines {
  private readonly hash: Hash = createHash('sha256');
  private readonly keys: MacKeys;
  entries = 0;

  constructor(keyring: Keyring) {
    this.keys = macKeys(keyring);
  }

  header(header: BackupHeader): string {
    return this.hashed({ format: FORMAT, version: VERSION, ...header });
  }

  entry(entry: BackupEntry): string {
    this.entries += 1;
    return this.hashed(encode(entry));
  }

  end({ connections, syncs }: Pick<BackupEnd, 'connections' | 'syncs'>, keys: readonly string[]): string {
    const sha256 = this.hash.digest('hex');
    const end = { entries: this.entries, connections, syncs, keys: [...keys].sort(), sha256 };
    const tag = `${this.keys.firstId}.${this.keys.tag(JSON.stringify(end))}`;
    return `${JSON.stringify({ ...end, tag })}\n`;
  }

  private hashed(line: object): string {
    const text = `${JSON.stringify(line)}\n`;
    this.hash.update(text);
    return text;
  }
}

export function refusedBackup(reason: string): CommandError {
  return new CommandError(`the backup cannot be restored: ${reason}. Nothing was changed.`);
}

/** Reads the whole file. @throws CommandError for a file that is cut, changed, or of another installation */
export async function verifyBackup(
  file: string,
  keyring: Keyring,
  opener: Opener,
  onEntry: (entry: BackupEntry) => void,
): Promise<BackupHeader & BackupEnd> {
  const hash = createHash('sha256');
  let header: BackupHeader | null = null;
  let entries = 0;
  let end: BackupEnd | null = null;
  for await (const { text, isWhole } of linesOf(await opener.open(file))) {
    if (end !== null) throw refusedBackup('something follows its end');
    if (!isWhole) throw refusedBackup('it was cut, in its last line');
    const parsed = parse(text);
    if (header === null) header = readHeader(parsed);
    else if (Array.isArray(parsed)) {
      onEntry(decode(parsed as Line));
      entries += 1;
    } else {
      end = readEnd(parsed, keyring);
      continue;
    }
    hash.update(`${text}\n`);
  }
  if (header === null) throw refusedBackup('the file is empty');
  if (end === null) throw refusedBackup('it was cut: its last line is missing');
  if (end.entries !== entries || end.sha256 !== hash.digest('hex'))
    throw refusedBackup('it was changed, or something is missing');
  return { ...header, ...end };
}

/** The entries of a file that was verified. */
export async function* readBackup(file: string, opener: Opener, batchSize = 500): AsyncGenerator<BackupEntry[]> {
  let batch: BackupEntry[] = [];
  for await (const { text } of linesOf(await opener.open(file))) {
    const parsed = parse(text);
    if (!Array.isArray(parsed)) continue;
    batch.push(decode(parsed as Line));
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

export function lacksKeys(ids: readonly string[]): string {
  return `ENCRYPTION_KEYS lacks the key "${[...new Set(ids)].join('", "')}", with which it was stored`;
}

function readHeader(parsed: unknown): BackupHeader {
  const { format, version, createdAt, source } = parsed as BackupHeader & { format?: unknown; version?: unknown };
  if (format !== FORMAT) throw refusedBackup('this is no backup of Causeway');
  if (!VERSIONS.includes(Number(version)))
    throw refusedBackup(`its format ${String(version)} is not that of this version; use the version that made it`);
  return { createdAt, source };
}

function readEnd(parsed: unknown, keyring: Keyring): BackupEnd {
  const { tag = '', ...end } = parsed as BackupEnd;
  const [keyId = '', mac = ''] = tag.split('.');
  const missing = [keyId, ...(Array.isArray(end.keys) ? end.keys : [])].filter((id) => !keyring.ids.includes(id));
  if (missing.length > 0) throw refusedBackup(lacksKeys(missing));
  if (!macKeys(keyring).verify(JSON.stringify(end), mac, keyId))
    throw refusedBackup('it was changed, or made with another key of the same id');
  return { ...end, tag };
}

function macKeys(keyring: Keyring): MacKeys {
  return keyring.macKeys('backup');
}

function encode(entry: BackupEntry): Line {
  if (entry.kind === 'sync') {
    const { id, name, connectionId, orgId, userId, settings, createdAt } = entry;
    return ['s', id, name, connectionId, orgId, userId, settings, createdAt];
  }
  if (entry.kind === 'value') return ['v', entry.ref.partition, entry.ref.key, entry.value, entry.expiresAt];
  if (entry.kind === 'members') return ['m', entry.partition, entry.index, entry.members];
  return ['l', entry.partition, entry.log, entry.isFirst, entry.entries, entry.expiresAt];
}

function decode(line: Line): BackupEntry {
  if (line[0] === 's') {
    const [, id, name, connectionId, orgId, userId, settings, createdAt] = line;
    return { kind: 'sync', id, name, connectionId, orgId, userId, settings, createdAt };
  }
  if (line[0] === 'v') {
    const [, partition, key, value, expiresAt] = line;
    return { kind: 'value', ref: { partition, key }, value, expiresAt };
  }
  if (line[0] === 'm') return { kind: 'members', partition: line[1], index: line[2], members: line[3] };
  const [, partition, log, isFirst, entries, expiresAt] = line;
  return { kind: 'log', partition, log, isFirst, entries, expiresAt };
}

function parse(text: string): unknown {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Said below.
  }
  throw refusedBackup('a line of it is damaged, or this is no backup of Causeway');
}
