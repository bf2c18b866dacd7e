import { openTemporaryStore } from '@causeway/testing';
import { connectionsOn } from './support/repository.js';
import { newConnectionId, type ConnectionRecord } from '../src/connections/connection-record.js';

test('a connection of before CREDENTIAL_TTL_SECONDS was set is forgotten when its last use is longer ago', async () => {
  const { store, remove } = await openTemporaryStore();
  try {
    const before = connectionsOn(store).repository;
    const hourAgo = Date.now() - 60 * 60_000;
    const of = (userId: string): ConnectionRecord => ({
      ...{ id: newConnectionId('acme'), orgId: 'acme', userId, integration: 'some', accountKey: userId, problem: null },
      ...{
        account: { id: userId, name: 'Acme', url: null },
        scopes: [],
        generation: 1,
        expiresAt: null,
        credential: 'sealed',
      },
      ...{ createdAt: hourAgo, updatedAt: hourAgo, connectedAt: hourAgo, lastRefreshedAt: null },
    });
    const [idle, used] = [of('ann'), of('ben')];
    for (const record of [idle, used])
      await before.create(record, { type: 'connected', actor: { kind: 'user', id: record.userId } });
    await before.touch(used.id);

    const after = connectionsOn(store, undefined, 10 * 60_000).repository;
    expect(await after.find(idle.id)).toBeNull();
    expect((await after.forgotten(100, undefined)).ids).toEqual([idle.id]);
    expect((await after.find(used.id))?.record.id).toBe(used.id);
  } finally {
    await remove();
  }
});
