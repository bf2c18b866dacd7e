import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Keyring } from '@causeway/crypto';
import { openStore, type Store } from '@causeway/store';
import { openTemporaryStore, startRedis, type RedisServer } from '@causeway/testing';
import { AuditChain } from './audit-chain.js';
import type { AuditEvent } from './audit-event.js';
import { AuditReader } from './audit-reader.js';
import { verifyExport, verifyStore } from './chain-verifier.js';
import { ChainWriter } from './chain-writer.js';
import { HEAD, LOG, PARTITION } from './chain-head.js';

const EVERYONE = { orgIds: null, userId: null, integrations: null } as never;
const event = (number: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  type: 'key-made',
  actor: { kind: 'operator', id: null },
  detail: `${number}`,
  ...more,
});

interface Opened {
  store: Store;
  remove(): Promise<unknown>;
}

const embedded = openTemporaryStore;
async function redis(): Promise<Opened> {
  const server = await startRedis();
  const store = await openStore({ kind: 'redis', url: server.url });
  return { store, remove: () => Promise.all([store.close(), server.stop()]) };
}

describe.each([
  ['embedded', embedded],
  ['redis', redis],
])('the audit log, %s store', (_, open) => {
  const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
  let store: Store;
  let remove: () => Promise<unknown>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  beforeEach(() => store.commitIfUnchanged(PARTITION, { remove: [HEAD], removeLogs: [LOG] }));
  afterAll(() => remove());

  const config = (entries = 10_000, days = 365) => ({ audit: { entries, days } });
  const chain = (entries?: number) => new AuditChain(store, keyring, config(entries));
  const reader = () => new AuditReader(store, keyring, config());
  const fill = async (count: number, on = chain()) => {
    for (let i = 0; i < count; i += 1) await on.record(event(i));
  };
  const exported = async () => {
    const chunks: string[] = [];
    for await (const chunk of reader().export({}, EVERYONE, async () => true)) chunks.push(String(chunk));
    return chunks.join('').trimEnd().split('\n');
  };
  async function* from(lines: readonly string[]) {
    yield* lines;
  }

  test('writes an event that comes at the moment when a write ends', async () => {
    for (let microtasks = 0; microtasks < 12; microtasks += 1) {
      let next: Promise<void> | undefined;
      const observed = Object.create(store) as Store;
      observed.commitIfUnchanged = (...args) => {
        const committed = store.commitIfUnchanged(...args);
        void committed.then(async () => {
          for (let passed = 0; passed < microtasks; passed += 1) await Promise.resolve();
          next ??= on.record(event(microtasks));
        });
        return committed;
      };
      const on = new AuditChain(observed, keyring, config());
      await on.record(event(microtasks));
      for (let passed = 0; passed < 20; passed += 1) await Promise.resolve();
      const outcome = await Promise.race([next?.then(() => 'written'), sleep(5_000, 'waits')]);
      expect([microtasks, outcome]).toEqual([microtasks, 'written']);
    }
  });

  test('is a chain of hashes that anybody can compute', async () => {
    await fill(3);
    const lines = await exported();
    let previousHash = '0'.repeat(64);
    for (const [index, line] of lines.entries()) {
      const { hash, ...entry } = JSON.parse(line) as Record<string, string>;
      expect(entry).toMatchObject({ detail: `${index}`, orgId: null, userId: null, connectionId: null, previousHash });
      const { actor, at, connectionId, detail, id, orgId, type, userId } = entry;
      const { kind } = actor as unknown as { kind: string };
      const sorted = {
        ...{ actor: { id: null, kind }, at, connectionId, detail, id, orgId },
        ...{ previousHash, type, userId },
      };
      const text = `${previousHash}\n${JSON.stringify(sorted)}`;
      expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
      previousHash = hash ?? '';
    }
    expect(await verifyStore(store, keyring)).toMatchObject({ entries: 3, hash: previousHash });
    expect(await verifyExport(from(lines))).toMatchObject({ entries: 3, hash: previousHash });
  });

  test('is one chain of what several processes write at once, and what a later one adds', async () => {
    const processes = Array.from({ length: 4 }, () => chain());
    await Promise.all(
      processes.flatMap((one, at) => Array.from({ length: 40 }, (_, i) => one.record(event(100 * at + i)))),
    );
    await fill(1);
    expect(await verifyStore(store, keyring)).toMatchObject({ entries: 161 });
    const details = (await exported()).map((line) => (JSON.parse(line) as { detail: string }).detail);
    expect(new Set(details.slice(0, -1)).size).toBe(160);
  });

  test('keeps AUDIT_ENTRIES of them, and stays verifiable', async () => {
    await fill(30, chain(12));
    expect((await exported()).map((line) => (JSON.parse(line) as { detail: string }).detail)).toEqual(
      Array.from({ length: 12 }, (_, i) => `${i + 18}`),
    );
    expect(await verifyStore(store, keyring)).toMatchObject({ entries: 12 });
    expect(await verifyExport(from(await exported()))).toMatchObject({ entries: 12 });
  });

  test('keeps them for AUDIT_DAYS', async () => {
    const day = 86_400_000;
    const now = Date.now();
    const old = Array.from({ length: 1_200 }, (_, i) => ({ ...event(i), at: now - 3 * day }));
    await new ChainWriter(store, keyring, { entries: 10_000, days: 365 }).append(old);
    // A page of the reader shows none of them, even before they are dropped.
    const shown = new AuditReader(store, keyring, config(10_000, 2));
    expect(await shown.page({}, EVERYONE, 10, undefined)).toEqual({ events: [], nextCursor: null });
    const writer = new ChainWriter(store, keyring, { entries: 10_000, days: 2 });
    for (let i = 0; i < 3; i += 1) await writer.append([{ ...event(i), at: now }]);
    expect(await store.logFrom(PARTITION, LOG, 0, 2_000)).toHaveLength(3);
    expect(await verifyStore(store, keyring)).toMatchObject({ entries: 3 });
  });

  test('writes what is frequent a little later, and at the latest when it is drained', async () => {
    const one = chain();
    await one.record(event(1, { type: 'token-read' }));
    await one.drain();
    expect(await verifyStore(store, keyring)).toMatchObject({ entries: 1 });
  });

  const texts = async () => (await store.logFrom(PARTITION, LOG, 0, 1_000)).map(({ entry }) => entry);
  const rewrite = (entries: string[]) =>
    store.commitIfUnchanged(PARTITION, {
      removeLogs: [LOG],
      append: entries.map((entry) => ({ log: LOG, entry, keep: 1_000, ttlMs: null })),
    });
  const changed = (entry = '') => entry.replace('"operator"', '"service"');

  test.each<[string, (entries: string[]) => string[], RegExp]>([
    ['one is changed', (all) => all.with(4, changed(all[4])), /aud_\d+ does not fit aud_\d+/],
    ['the newest is changed', (all) => all.with(9, changed(all[9])), /the newest entry, was changed/],
    ['one is no entry', (all) => all.with(4, '{}'), /no entry of this service/],
    ['one is removed', (all) => all.toSpliced(4, 1), /entries between them were removed or moved/],
    ['the oldest is removed', (all) => all.slice(1), /the oldest entry that is kept/],
    ['the newest is removed', (all) => all.slice(0, -1), /is missing, and the entries after it/],
    ['two change places', (all) => all.with(4, all[5] ?? '').with(5, all[4] ?? ''), /removed or moved/],
    ['one is there twice', (all) => all.toSpliced(5, 0, all[4] ?? ''), /removed or moved/],
    ['all are removed', () => [], /is missing/],
  ])('tells when %s in the store', async (_, tamper, reason) => {
    await fill(10);
    await expect(verifyStore(store, keyring)).resolves.toMatchObject({ entries: 10 });
    await rewrite(tamper(await texts()));
    await expect(verifyStore(store, keyring)).rejects.toThrow(reason);
  });

  test('tells of a chain that somebody without the key made anew', async () => {
    await fill(10);
    const head = await store.get({ partition: PARTITION, key: HEAD });
    const put = (value: string | null) =>
      store.commitIfUnchanged(PARTITION, value === null ? { remove: [HEAD] } : { put: [{ key: HEAD, value }] });
    const { store: another, remove: removeOther } = await embedded();
    const forged = new AuditChain(another, new Keyring([{ id: 'k1', secret: randomBytes(32) }]), config());
    await fill(10, forged);
    await forged.drain();
    await rewrite((await another.logFrom(PARTITION, LOG, 0, 100)).map(({ entry }) => entry));
    await expect(verifyStore(store, keyring)).rejects.toThrow();
    await put((await another.get({ partition: PARTITION, key: HEAD })) ?? '');
    await expect(verifyStore(store, keyring)).rejects.toThrow(/the head of the chain was changed/);
    await put(null);
    await expect(verifyStore(store, keyring)).rejects.toThrow(/the head of the chain is missing/);
    await removeOther();
    expect(head).not.toBeNull();
  });

  test('goes on after the head was lost or changed, and says so from then on', async () => {
    await fill(3);
    for (const value of ['something else', null]) {
      await store.commitIfUnchanged(PARTITION, value === null ? { remove: [HEAD] } : { put: [{ key: HEAD, value }] });
      await fill(1);
      await expect(verifyStore(store, keyring)).rejects.toThrow(/says that the head was (changed|missing)/);
      await expect(verifyExport(from(await exported()))).rejects.toThrow(/says that the head was/);
    }
  });

  test('says that entries are missing when the store is set back while a process runs', async () => {
    const running = chain();
    await fill(3, running);
    const [entries, value] = [await texts(), await store.get({ partition: PARTITION, key: HEAD })];
    await fill(3, running);
    await rewrite(entries);
    await store.commitIfUnchanged(PARTITION, { put: [{ key: HEAD, value: value ?? '' }] });
    await expect(verifyStore(store, keyring)).resolves.toMatchObject({ entries: 3 });
    await fill(1, running);
    await expect(verifyStore(store, keyring)).rejects.toThrow(/the entries after aud_\d+ up to aud_\d+ are missing/);
  });

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    ['changed', (all) => all.with(4, all[4]?.replace('"4"', '"5"') ?? ''), /in line 5 was changed/],
    ['removed', (all) => all.toSpliced(4, 1), /entries between them were removed or moved/],
    ['no entry', (all) => all.with(4, 'what?'), /line 5 is no entry/],
    ['one with a member twice', (all) => all.with(4, `{"detail":"5",${all[4]?.slice(1)}`), /line 5 is no entry/],
  ])('tells when a line of an export is %s', async (_, tamper, reason) => {
    await fill(10);
    await expect(verifyExport(from(tamper(await exported())))).rejects.toThrow(reason);
  });

  test('is paged by cursors, newest first, and filtered', async () => {
    const one = chain();
    for (let i = 0; i < 12; i += 1)
      await one.record(event(i, { orgId: i % 3 === 0 ? 'acme' : 'other', actor: { kind: 'key', id: `k${i % 2}` } }));
    const page = (limit: number, cursor?: string, filter = {}, caller = EVERYONE) =>
      reader().page(filter, caller, limit, cursor);
    const first = await page(7);
    const second = await page(7, first.nextCursor ?? '');
    expect([...first.events, ...second.events].map(({ detail }) => detail)).toEqual(
      Array.from({ length: 12 }, (_, i) => `${11 - i}`),
    );
    expect(second.nextCursor).toBeNull();
    expect((await page(12)).nextCursor).toBeNull();
    await expect(page(7, first.nextCursor ?? '', { orgId: 'acme' })).rejects.toThrow(/cursor/);
    const details = async (filter: object, caller = EVERYONE) =>
      (await page(100, undefined, filter, caller)).events.map(({ detail }) => Number(detail));
    expect(await details({ orgId: 'acme' })).toEqual([9, 6, 3, 0]);
    expect(await details({ actor: 'k1' })).toEqual([11, 9, 7, 5, 3, 1]);
    expect(await details({ actor: 'key' })).toHaveLength(12);
    expect(await details({ type: 'key-revoked' })).toEqual([]);
    const at = first.events.map((entry) => Date.parse(entry.at));
    expect(await details({ from: new Date((at[0] ?? 0) + 1) })).toEqual([]);
    expect(await details({ to: new Date((at[0] ?? 0) + 1) })).toHaveLength(12);
    await one.record(event(12));
    const limited = { orgIds: ['acme'], userId: null, integrations: null } as never;
    expect(await details({}, limited)).toEqual([9, 6, 3, 0]);
    await expect(page(9, undefined, { orgId: 'other' }, limited)).rejects.toThrow(/may not act for/);
  });
});

describe('while Redis does not respond', () => {
  let server: RedisServer;
  let store: Store;
  beforeEach(async () => {
    server = await startRedis({ appendOnly: true });
    store = await openStore({ kind: 'redis', url: server.url });
  });
  afterEach(() => Promise.all([store.close(), server.stop()]));

  test('a key is not made without an entry, and what is frequent is written afterwards', async () => {
    const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
    const chain = new AuditChain(store, keyring, { audit: { entries: 1_000, days: 1 } });
    await chain.record(event(1));
    await server.kill();
    await chain.record(event(3, { type: 'token-read' }));
    // Both in one step, which fails.
    await expect(chain.record(event(2))).rejects.toMatchObject({ slug: 'store-unavailable' });
    await server.restart();
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await store.logFrom(PARTITION, LOG, 0, 9).catch(() => [])).length === 2) break;
      await sleep(100);
    }
    await chain.drain();
    expect(await verifyStore(store, keyring)).toMatchObject({ entries: 2 });
  });
});
