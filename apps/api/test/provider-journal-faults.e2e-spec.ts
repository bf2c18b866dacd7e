import {
  startMockProviders,
  startWebhookReceiver,
  type MockProvidersProcess,
  type WebhookReceiver,
} from '@causeway/testing';
import { eventually } from './support/eventually.js';
import { JournaledService, POLLED_MS } from './support/journaled-service.js';
import { unlimited } from './support/production.js';

/** One service that reads HubSpot's journal, and what HubSpot may answer. */
let apart: MockProvidersProcess;
let receiver: WebhookReceiver;
beforeAll(async () => {
  [apart, receiver] = await Promise.all([startMockProviders(), startWebhookReceiver()]);
  await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), receiver?.stop()]));
afterEach(async () => {
  await apart.mockProviders.clearFaults();
  await apart.mockProviders.clearLog();
});

const JOURNAL = '/webhooks-journal/journal';
const requests = async () =>
  (await apart.mockProviders.log('hubspot')).last.filter(({ path }) => path.startsWith(JOURNAL));

async function withService(
  use: (journaled: JournaledService) => Promise<void>,
  ...more: [Record<string, string>?, { allowedScopes?: string[] }?]
) {
  const journaled = await JournaledService.start(apart.mockProviders, ...more);
  try {
    await use(journaled);
  } finally {
    await journaled.service.stop();
  }
}

test('waits as long as it is asked to, and longer each time that nothing comes', async () => {
  const fault = { provider: 'hubspot', on: JOURNAL } as const;
  await apart.mockProviders.fault({ ...fault, kind: 'rate-limit', retryAfter: 4, times: 1 });
  await apart.mockProviders.fault({ ...fault, kind: 'server-error', times: 3 });
  await withService(async () => {
    await eventually(async () => expect((await requests()).map(({ status }) => status)).toContain(204), POLLED_MS);
  });
  const all = await requests();
  expect(all.map(({ status }) => status).slice(0, 5)).toEqual([429, 500, 500, 500, 204]);
  const gaps = all.slice(1, 5).map(({ at }, index) => Date.parse(at) - Date.parse(all[index]?.at ?? ''));
  for (const [at, least] of [4_000, 2_000, 4_000, 8_000].entries()) expect(gaps[at]).toBeGreaterThanOrEqual(least);
}, 90_000);

test('says which scopes an app lacks, and is asked for less and less often', async () => {
  const variants = { allowedScopes: ['oauth'] };
  await withService(
    async ({ service, metric }) => {
      await eventually(() => {
        expect(service.logs()).toMatch(/the journal of hubspot could not be read: forbidden \(403\) MISSING_SCOPES/);
        expect(service.logs()).toContain(
          'developer.webhooks_journal.subscriptions.write: see docs/providers/hubspot.md',
        );
      }, POLLED_MS);
      expect(await metric('causeway_provider_journal_reads_total{integration="hubspot",outcome="failed"}')).not.toEqual(
        [],
      );
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      expect((await requests()).length).toBeLessThan(6);
    },
    {},
    variants,
  );
}, 60_000);

test('is asked for another token where HubSpot does not take the one it has', async () => {
  await withService(async (journaled) => {
    await eventually(async () => expect((await requests()).map(({ status }) => status)).toContain(204), POLLED_MS);
    await apart.mockProviders.fault({ provider: 'hubspot', on: JOURNAL, kind: 'server-error', status: 401, times: 1 });
    await eventually(async () => {
      const statuses = (await requests()).map(({ status }) => status);
      expect(statuses.lastIndexOf(204)).toBeGreaterThan(statuses.indexOf(401));
      expect(statuses).toContain(401);
    }, POLLED_MS);
    expect((await apart.mockProviders.log('hubspot')).tokenCalls).toBe(2);
    expect(journaled.service.logs()).not.toContain(journaled.secret);
  });
}, 90_000);

test('in production, no file is asked for at a private address, or over http, other than that of the API', async () => {
  await withService(async (journaled) => {
    const { ids, change, kinds, feed } = await journaled.synced();
    await apart.mockProviders.changeJournal({ fileUrl: `${receiver.url}/file` });
    await change({ id: ids[0], properties: { lastname: 'Elsewhere' } });
    await eventually(async () => expect(await kinds()).toEqual(['full', 'changes', 'full']), POLLED_MS);
    await feed.read();
    await apart.mockProviders.changeJournal({ fileUrl: 'https://127.0.0.1:9/file' });
    await change({ id: ids[1], properties: { lastname: 'Elsewhere' } });
    await eventually(async () => expect(await kinds()).toHaveLength(4), POLLED_MS);
    expect(receiver.received).toEqual([]);
    expect(journaled.service.logs()).toContain('is skipped: rejected');
  });
}, 120_000);

test('without the setting nothing of it is asked for', async () => {
  await withService(
    async ({ service }) => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(await requests()).toEqual([]);
      expect(service.logs()).not.toContain('journal');
    },
    { HUBSPOT_WEBHOOKS_JOURNAL: 'off' },
  );
}, 30_000);
