import { createCauseway, unwrap } from '@causeway/client';
import { startMockProviders, startService, type MockProvidersProcess, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { FeedCopy } from './support/feed-copy.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { ended } from './support/sync-runs.js';
import { someone } from './support/users.js';

/** What a run finds that does not read everything. */
let apart: MockProvidersProcess;
let service: Service;
beforeAll(async () => {
  apart = await startMockProviders();
  const env = productionEnvironment(await unlimited(apart.mockProviders));
  service = await startService({ env: { ...env, SLACK_ALLOW_MESSAGE_STORAGE: 'on' } });
}, 60_000);
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

const client = () => createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });

async function synced(integration: string, body: { types: string[]; parent?: string }) {
  const { id: connectionId, account } = await connect(client(), integration, someone());
  const { id } = await unwrap(client().POST('/syncs', { body: { connectionId, ...body } }));
  const full = await ended(client(), id, 1);
  const copy = new FeedCopy(client(), id);
  await copy.read(1_000);
  let runs = 1;
  const run = async () => {
    await unwrap(client().POST('/syncs/{id}/run', { params: { path: { id } }, body: {} }));
    return ended(client(), id, (runs += 1));
  };
  return { account: account.id, full, copy, run };
}

test('a page of Notion that was moved to the trash, and one that came back', async () => {
  const { account, copy, run } = await synced('notion', { types: ['page'] });
  const { id } = [...copy.items.values()][3]!;
  const page = { provider: 'notion', account, type: 'page', id } as const;
  await apart.mockProviders.change({ ...page, archived: true });
  expect(await run()).toMatchObject({ kind: 'changes', outcome: 'complete', updated: 1, deleted: 0 });
  expect(await copy.read()).toMatchObject([{ op: 'upsert', id, item: { visibility: false } }]);
  await apart.mockProviders.change({ ...page, archived: false });
  expect(await run()).toMatchObject({ kind: 'changes', outcome: 'complete', updated: 1, deleted: 0 });
  expect(await copy.read()).toMatchObject([{ op: 'upsert', id, item: { visibility: true } }]);
}, 60_000);

test('new messages of a long channel of Slack, without reading it whole', async () => {
  await apart.mockProviders.resize({ provider: 'slack', sizes: { messages: 1_500 } });
  const user = someone();
  const { id: connectionId } = await connect(client(), 'slack', user);
  const { data } = await client().POST('/integrations/{integration}/load', {
    params: { path: { integration: 'slack' } },
    body: { ...user, connectionId, types: ['channel'], limit: 200 },
  });
  const channel = data?.items.find(({ properties }) => properties['isMember'] === true);
  const parent = channel?.id ?? '';
  const { account, full, copy, run } = await synced('slack', { types: ['message'], parent });
  expect(full.added).toBeGreaterThanOrEqual(1_500);
  await apart.mockProviders.change({ provider: 'slack', account, type: 'message', parent, title: 'Brand new' });
  const changes = await run();
  expect(changes).toMatchObject({ kind: 'changes', outcome: 'complete', added: 1, deleted: 0 });
  expect(changes.requests).toBeLessThan(full.requests / 2);
  expect(JSON.stringify(await copy.read())).toContain('Brand new');
}, 60_000);
