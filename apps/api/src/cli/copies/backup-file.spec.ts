import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@causeway/crypto';
import { Opener } from './age.js';
import { BackupLines, type BackupEntry, readBackup, verifyBackup } from './backup-file.js';

const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
const ENTRIES: BackupEntry[] = [
  { kind: 'value', ref: { partition: 'p', key: 'a "name"\n' }, value: 'ünï\u2028code', expiresAt: null },
  { kind: 'value', ref: { partition: 'p', key: 'k2' }, value: 'v2', expiresAt: 4_000_000_000_000 },
  { kind: 'members', partition: 'p', index: 'i', members: ['one', 'two'] },
  { kind: 'log', partition: 'p', log: 'l', isFirst: true, entries: ['1', '2'], expiresAt: null },
  {
    ...{ kind: 'sync', id: 'syn_1', name: 'n', connectionId: 'con_1', orgId: 'acme', userId: 'ann' },
    ...{ settings: 'v2.k1.sealed', createdAt: 5 },
  },
];

function text(entries: readonly BackupEntry[], keys = keyring): string {
  const lines = new BackupLines(keys);
  const header = lines.header({ createdAt: '2026-11-27T00:00:00.000Z', source: 'redis' });
  return [header, ...entries.map((entry) => lines.entry(entry)), lines.end({ connections: 1, syncs: 1 }, ['k1'])].join(
    '',
  );
}

describe('the file of a backup', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'causeway-backup-file-'));
    file = join(folder, 'backup');
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function verify(content: string | Buffer, keys = keyring) {
    await writeFile(file, content);
    return verifyBackup(file, keys, new Opener({}), () => undefined);
  }

  test('gives what was put into it, in batches', async () => {
    expect(await verify(text(ENTRIES))).toMatchObject({
      source: 'redis',
      entries: 5,
      connections: 1,
      syncs: 1,
      keys: ['k1'],
    });
    const batches: BackupEntry[][] = [];
    for await (const batch of readBackup(file, new Opener({}), 3)) batches.push(batch);
    expect(batches).toEqual([ENTRIES.slice(0, 3), ENTRIES.slice(3)]);
  });

  test('that version 1 of the format made is read, and has no syncs', async () => {
    const lines = [
      { format: 'causeway-backup', version: 1, createdAt: '2026-11-27T00:00:00.000Z', source: 'redis' },
      ['v', 'p', 'k', 'value', null],
    ];
    const whole = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const sha256 = createHash('sha256').update(whole).digest('hex');
    const end = { entries: 1, connections: 1, keys: ['k1'], sha256 };
    const keys = keyring.macKeys('backup');
    const tag = `${keys.firstId}.${keys.tag(JSON.stringify(end))}`;
    expect(await verify(`${whole}${JSON.stringify({ ...end, tag })}\n`)).toMatchObject({ entries: 1, connections: 1 });
    for await (const batch of readBackup(file, new Opener({})))
      expect(batch).toEqual([{ kind: 'value', ref: { partition: 'p', key: 'k' }, value: 'value', expiresAt: null }]);
  });

  test('is refused wherever it was cut', async () => {
    const whole = Buffer.from(text(ENTRIES));
    for (let length = 0; length < whole.length; length += 1)
      await expect(verify(whole.subarray(0, length))).rejects.toThrow(/it was cut|is empty/);
  });

  test('is refused when a byte of it is another one', async () => {
    const whole = Buffer.from(text(ENTRIES));
    for (let at = 0; at < whole.length; at += 3) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(verify(changed)).rejects.toThrow(/cannot be restored/);
    }
  });

  test.each<[string, (lines: string[]) => string[]]>([
    ['one is missing', (lines) => lines.toSpliced(2, 1)],
    ['one is there twice', (lines) => lines.toSpliced(2, 0, lines[2]!)],
    ['two change places', (lines) => lines.with(2, lines[3]!).with(3, lines[2]!)],
    ['one follows the end', (lines) => [...lines, lines[2]!]],
    ['one is empty', (lines) => lines.toSpliced(2, 0, '')],
  ])('is refused when of its lines %s', async (_, change) => {
    const lines = text(ENTRIES).trimEnd().split('\n');
    await expect(verify(`${change(lines).join('\n')}\n`)).rejects.toThrow(/cannot be restored/);
  });

  test('is refused with another key, with or without the same id', async () => {
    const other = (id: string) => new Keyring([{ id, secret: randomBytes(32) }]);
    await expect(verify(text(ENTRIES), other('k2'))).rejects.toThrow('ENCRYPTION_KEYS lacks the key "k1"');
    await expect(verify(text(ENTRIES), other('k1'))).rejects.toThrow('another key of the same id');
  });

  test('is refused when another version of its format made it', async () => {
    await expect(verify(text(ENTRIES).replace('"version":2', '"version":3'))).rejects.toThrow('its format 3');
  });
});
