import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../access/caller.js';
import { actFor, currentActor } from './actor.js';

const SERVICE = { kind: 'service', id: null };

const caller = (id: string): Caller => ({
  kind: 'key',
  id,
  scopes: new Set(),
  orgIds: null,
  userId: null,
  integrations: null,
  expiresAt: null,
  webSession: null,
});

/** What is done for this caller says who acts, a moment later. */
async function acts(id: string, lingerMs: number): Promise<unknown> {
  let acted: Promise<unknown> = Promise.resolve();
  const left = actFor({ caller: caller(id) }, () => (acted = sleep(5).then(currentActor)), lingerMs);
  const actor = await acted;
  left();
  return actor;
}

test('whatever is done for a request is done by its caller, and nothing outside', async () => {
  expect(await Promise.all([acts('a', 1), acts('b', 1)])).toEqual([
    { kind: 'key', id: 'a' },
    { kind: 'key', id: 'b' },
  ]);
  expect(currentActor()).toEqual(SERVICE);
});

test('and again, after nobody has been there for a while', async () => {
  for (const id of ['c', 'd', 'e']) {
    expect(await acts(id, 1)).toEqual({ kind: 'key', id });
    await sleep(20);
    expect(currentActor()).toEqual(SERVICE);
  }
});
