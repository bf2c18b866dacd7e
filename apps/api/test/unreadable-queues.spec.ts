import { randomBytes } from 'node:crypto';
import { Keyring, type EncryptionKey } from '@causeway/crypto';
import { openTemporaryStore } from '@causeway/testing';
import type { Configuration } from '../src/configuration/configuration.js';
import { Metrics } from '../src/metrics/metrics.js';
import { ReceivedWebhooks } from '../src/provider-webhooks/received-webhooks.js';
import { authenticatedStore } from '../src/store/authenticated-store.js';
import { Deliveries, type DeliveryRecord } from '../src/webhooks/deliveries.js';

/** Two processes at one store, of which one lacks the key that the other one stores with. */
const key = (id: string) => ({ id, secret: randomBytes(32) });
const [K1, K2] = [key('k1'), key('k2')];
const UNREADABLE = 40;

async function twoProcesses() {
  const { store: raw, remove } = await openTemporaryStore();
  const processWith = async (keys: EncryptionKey[]) => {
    const keyring = new Keyring(keys);
    const config = { mode: 'production' } as Configuration;
    const unclosed = Object.assign({}, raw, { close: async () => {} });
    const store = await authenticatedStore(unclosed, keyring, new Metrics(), config);
    return { received: new ReceivedWebhooks(store, keyring), deliveries: new Deliveries(store, keyring) };
  };
  return { lacking: await processWith([K1]), having: await processWith([K2, K1]), remove };
}

test('webhooks of providers that cannot be read keep no others waiting', async () => {
  const { lacking, having, remove } = await twoProcesses();
  try {
    const event = (id: string) => ({ id, type: 'some', for: { accounts: ['1'] }, items: [], content: { id } });
    for (let at = 0; at < UNREADABLE; at += 1) await having.received.add('slack', [event(`other-${at}`)]);
    await lacking.received.add('slack', [event('own')]);
    const claimed = await lacking.received.claim(16);
    expect(claimed.map(({ events }) => events.map(({ id }) => id))).toEqual([['own']]);
  } finally {
    await remove();
  }
});

test('deliveries that cannot be read keep no others waiting, and stay for those who can', async () => {
  const { lacking, having, remove } = await twoProcesses();
  try {
    const now = Date.now();
    const delivery = (id: string, dueAt: number): DeliveryRecord => ({
      ...{ id, event: 'endpoint.test', body: '{}', createdAt: now, status: 'pending', attempts: [], failures: 0 },
      ...{ dueAt, isClaimed: false },
    });
    for (let at = 0; at < UNREADABLE; at += 1)
      await having.deliveries.add('whe_1', delivery(`msg_other-${at}`, now - 1_000));
    await lacking.deliveries.add('whe_1', delivery('msg_own', now));
    expect((await lacking.deliveries.due('whe_1', now, 10)).map(({ delivery: { id } }) => id)).toEqual(['msg_own']);
    expect(await having.deliveries.due('whe_1', Infinity, 200)).toHaveLength(UNREADABLE + 1);
  } finally {
    await remove();
  }
});
