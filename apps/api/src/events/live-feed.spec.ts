import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { newConnectionId, type ConnectionRecord } from '../connections/connection-record.js';
import type { ConnectionRepository } from '../connections/connection.repository.js';
import { ConnectionFeed, feedOf, TOPIC } from '../connections/connection-feed.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { LiveFeed, type Subscriber } from './live-feed.js';
import { repositoryOn } from '../../test/support/repository.js';

/** Records what it is sent. */
class Recorder implements Subscriber {
  readonly received: string[] = [];
  lastId = '';

  constructor(
    readonly identity = 'key 1',
    public readonly isStillAuthorized = async () => true,
  ) {}

  sendEvent({ id, event }: { id: string; event: string }): void {
    this.received.push(event);
    this.lastId = id;
  }

  sendReset(id: string): void {
    this.received.push('reset');
    this.lastId = id;
  }

  sendHeartbeat(id: string): void {
    this.lastId = id;
  }

  disconnect(): void {
    this.received.push('disconnect');
  }
}

describe('LiveFeed', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let repository: ConnectionRepository;
  let live: LiveFeed;
  let shutdown: Shutdown;
  let id: string;

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    const feed = new ConnectionFeed(store);
    repository = repositoryOn(store);
    shutdown = new Shutdown();
    live = new LiveFeed(store, feed, repository, shutdown);
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
    shutdown.startDraining();
    await remove();
  });

  const change = (name = 'An account') =>
    repository.update(id, (record) => ({ ...record, account: { ...record.account, name } }), {
      auditEntry: { type: 'refreshed', actor: { kind: 'operator', id: null } },
      event: 'connection.updated',
    });
  const position = async () => {
    const recorder = new Recorder();
    (await live.subscribe('acme', undefined, recorder))();
    return recorder.lastId;
  };

  it('replays the events after the last one that was seen', async () => {
    const last = await position();
    await change();
    await change();
    const back = new Recorder();
    await live.subscribe('acme', last, back);
    expect(back.received).toEqual(['connection.updated', 'connection.updated']);
  });

  it('sends a reset instead of a replay that is too long for a subscriber that does not read yet', async () => {
    const last = await position();
    const long = 'x'.repeat(30_000);
    for (let i = 0; i < 100; i += 1) await change(long);
    const back = new Recorder();
    await live.subscribe('acme', last, back);
    expect(back.received).toEqual(['reset']);
    const { lastId } = back;
    await change();
    const again = new Recorder();
    await live.subscribe('acme', lastId, again);
    expect(again.received).toEqual(['connection.updated']);
  });

  it('disconnects unauthorized subscribers before it sends anything, with one check for each identity', async () => {
    let checks = 0;
    let isRevoked = false;
    const isStillAuthorized = async () => {
      checks += 1;
      return !isRevoked;
    };
    const revoked = [new Recorder('key 2', isStillAuthorized), new Recorder('key 2', isStillAuthorized)];
    const witness = new Recorder();
    for (const recorder of [...revoked, witness]) await live.subscribe('acme', undefined, recorder);
    isRevoked = true;
    await change();
    // A new subscriber makes the feed send its new events first.
    await live.subscribe('acme', undefined, new Recorder('key 3'));
    expect(witness.received).toEqual(['connection.updated']);
    for (const { received } of revoked) expect(received[0]).toBe('disconnect');
    expect(checks).toBe(1);
  });

  it('sends what is appended while a heartbeat checks who is authorized', async () => {
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'],
    });
    let checks = 0;
    const recorder = new Recorder('key 1', async () => {
      checks += 1;
      // By another process, whose notification is lost.
      if (checks === 1) await change();
      return true;
    });
    await live.subscribe('acme', undefined, recorder);
    const before = recorder.lastId;
    jest.advanceTimersByTime(10_000);
    jest.useRealTimers();
    for (let i = 0; i < 200 && (checks === 0 || recorder.lastId === before); i += 1) await sleep(10);
    // The heartbeat of the next subscriber comes after everything before it.
    await live.subscribe('acme', undefined, new Recorder('key 2'));
    expect(recorder.received).toEqual(['connection.updated']);
  });

  it('sends nothing while the store cannot say who is authorized', async () => {
    const unchecked = new Recorder('key 2', () => Promise.reject(new Error('away')));
    await live.subscribe('acme', undefined, unchecked);
    await change();
    await expect(live.subscribe('acme', undefined, new Recorder())).rejects.toThrow('away');
    expect(unchecked.received).toEqual([]);
  });

  it('sends nobody the connection of somebody else, whatever the log says of its owner', async () => {
    const recorder = new Recorder();
    await live.subscribe('evil', undefined, recorder);
    const { partition, log } = feedOf('evil');
    const forged = { event: 'connection.updated', id, orgId: 'evil', userId: 'mallory', integration: 'some' };
    const append = [{ log, entry: JSON.stringify(forged), keep: 10, ttlMs: null }];
    await store.commitIfUnchanged(partition, { append, publish: { topic: TOPIC, message: 'evil' } });
    const deleted = { ...forged, event: 'connection.deleted' };
    await store.commitIfUnchanged(partition, {
      append: [{ log, entry: JSON.stringify(deleted), keep: 10, ttlMs: null }],
      publish: { topic: TOPIC, message: 'evil' },
    });
    // Reads what is new before it goes on.
    await live.subscribe('evil', undefined, new Recorder());
    expect(recorder.received).toEqual(['connection.deleted']);
  });
});
