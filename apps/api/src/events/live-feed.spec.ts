import 'reflect-metadata';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { newConnectionId, type ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { ConnectionFeed } from '../connections/connection-feed.js';
import { LiveFeed, type Reader } from './live-feed.js';

/** What it is told, in order. */
class Listener implements Reader {
  readonly told: string[] = [];
  lastId = '';

  constructor(
    readonly credential = 'key 1',
    public readonly mayRead = async () => true,
  ) {}

  event({ id, event }: { id: string; event: string }): void {
    this.told.push(event);
    this.lastId = id;
  }

  reset(id: string): void {
    this.told.push('reset');
    this.lastId = id;
  }

  upTo(id: string): void {
    this.lastId = id;
  }

  end(): void {
    this.told.push('end');
  }
}

describe('LiveFeed', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let repository: ConnectionRepository;
  let live: LiveFeed;
  let id: string;

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    const feed = new ConnectionFeed(store);
    repository = new ConnectionRepository(store, { credentialTtlMs: null } as never, feed);
    live = new LiveFeed(store, feed, repository);
    id = newConnectionId('acme');
    const record: ConnectionRecord = {
      ...{ id, orgId: 'acme', userId: 'ann', integration: 'some', accountKey: 'a', problem: null, scopes: [] },
      ...{ createdAt: 1, updatedAt: 1, connectedAt: 1, expiresAt: null, lastRefreshedAt: null, generation: 1 },
      account: { id: 'a', name: 'An account', url: null },
      credential: 'sealed',
    };
    await repository.create(record, { type: 'connected', actor: { kind: 'user', id: 'ann' } });
  });
  afterEach(async () => {
    live.beforeApplicationShutdown();
    await remove();
  });

  const change = (name = 'An account') =>
    repository.update(id, (record) => ({ ...record, account: { ...record.account, name } }), {
      entry: { type: 'refreshed', actor: { kind: 'operator', id: null } },
      event: 'connection.updated',
    });
  const position = async () => {
    const listener = new Listener();
    (await live.follow('acme', undefined, listener))();
    return listener.lastId;
  };

  it('replays what was missed', async () => {
    const last = await position();
    await change();
    await change();
    const back = new Listener();
    await live.follow('acme', last, back);
    expect(back.told).toEqual(['connection.updated', 'connection.updated']);
  });

  it('a replay that is too long for a reader that does not read yet is a reset, so that it can go on', async () => {
    const last = await position();
    const long = 'x'.repeat(30_000);
    for (let i = 0; i < 100; i += 1) await change(long);
    const back = new Listener();
    await live.follow('acme', last, back);
    expect(back.told).toEqual(['reset']);
    await change();
    const again = new Listener();
    await live.follow('acme', back.lastId, again);
    expect(again.told).toEqual(['connection.updated']);
  });

  it('ends those who may not read any more before it tells anything, and asks once for a credential', async () => {
    let looks = 0;
    let isRevoked = false;
    const mayRead = async () => {
      looks += 1;
      return !isRevoked;
    };
    const revoked = [new Listener('key 2', mayRead), new Listener('key 2', mayRead)];
    const witness = new Listener();
    for (const listener of [...revoked, witness]) await live.follow('acme', undefined, listener);
    isRevoked = true;
    await change();
    // Whoever comes has the feed read on first.
    await live.follow('acme', undefined, new Listener('key 3'));
    expect(witness.told).toEqual(['connection.updated']);
    for (const { told } of revoked) expect(told[0]).toBe('end');
    expect(looks).toBe(1);
  });

  it('does not tell anything while the store cannot say who may read', async () => {
    const away = new Listener('key 2', () => Promise.reject(new Error('away')));
    await live.follow('acme', undefined, away);
    await change();
    await expect(live.follow('acme', undefined, new Listener())).rejects.toThrow('away');
    expect(away.told).toEqual([]);
  });
});
