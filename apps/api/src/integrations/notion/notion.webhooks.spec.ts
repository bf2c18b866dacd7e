import { createHmac } from 'node:crypto';
import { describeWebhooks, eventsOf, requestOf, type Sender } from '../webhook.contract.js';
import { NotionIntegration } from './notion.integration.js';

const notion = new NotionIntegration();

const PAGE = '153104cd-477e-809d-8dc4-ff2d96ae3090';
const OTHER = '13950b26-c203-4f3b-b97d-93ec06319565';
const WORKSPACE = '13950b26-c203-4f3b-b97d-93ec06319565';
const BOT = '556a1abf-4f08-40c6-878a-75890d2a88ba';

const event = (type: string, more: object = {}) => ({
  id: '1782edd6-a853-4d4a-b02c-9c8c16f28e53',
  timestamp: '2026-11-20T23:57:05.379Z',
  workspace_id: WORKSPACE,
  workspace_name: 'Acme',
  subscription_id: '29d75c0d-5546-4414-8459-7b7a92f1fc4b',
  integration_id: '0ef2e755-4912-8096-91c1-00376a88a5ca',
  type,
  authors: [{ id: 'c7c11cca-1d73-471d-9b6e-bdef51470190', type: 'person' }],
  accessible_by: [
    { id: 'c7c11cca-1d73-471d-9b6e-bdef51470190', type: 'person' },
    { id: BOT, type: 'bot' },
  ],
  attempt_number: 1,
  api_version: '2026-03-11',
  entity: { id: PAGE, type: type.split('.')[0] },
  data: { parent: { id: OTHER, type: 'space' } },
  ...more,
});

const sender: Sender = {
  secret: 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl',
  signature: 'x-notion-signature',
  sign: (secret, body) => ({
    'x-notion-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
  body: event('page.content_updated', { data: { updated_blocks: [{ id: OTHER, type: 'block' }] } }),
};

const item = (type: string, id: string) => ({ type, id, driveId: null, parentId: null, isDeleted: false });

async function only(body: unknown) {
  const events = await eventsOf(notion, sender, body);
  expect(events).toHaveLength(1);
  return events[0]!;
}

describeWebhooks(notion, sender);

describe('a webhook of notion', () => {
  it.each([sender.secret, null])(
    'brings the verification token unsigned, where the body is nothing else (with the secret %j)',
    async (secret) => {
      const receive = (body: unknown) =>
        notion.receiveWebhook(requestOf(sender, body, { secret, headers: { 'content-type': 'application/json' } }));
      await expect(receive({ verification_token: 'secret_new' })).resolves.toEqual({
        kind: 'handshake',
        response: null,
        token: 'secret_new',
      });
      for (const body of [
        { ...event('page.created'), verification_token: 'secret_new' },
        { verification_token: 'secret_new', type: 'page.deleted' },
        { verification_token: '' },
        { verification_token: ['secret_new'] },
        { verification_token: 'two words' },
        { verification_token: 'a\u0000' },
        { verification_token: 'x'.repeat(201) },
        [{ verification_token: 'secret_new' }],
      ]) {
        await expect(receive(body)).resolves.toEqual({ kind: 'rejected' });
      }
    },
  );

  it.each<readonly [string, string]>([
    ...['created', 'content_updated', 'properties_updated', 'moved', 'deleted', 'undeleted', 'locked', 'unlocked'].map(
      (name) => [`page.${name}`, 'page'] as const,
    ),
    ['page.permissions_updated', 'page'],
    ...['created', 'content_updated', 'schema_updated', 'moved', 'deleted', 'undeleted'].flatMap((name) => [
      [`database.${name}`, 'database'] as const,
      [`data_source.${name}`, 'data-source'] as const,
    ]),
  ])('%s has the %s to be asked for', async (type, itemType) => {
    await expect(only(event(type))).resolves.toMatchObject({ type, items: [item(itemType, PAGE)] });
  });

  it('of a data source tells of the database that names it, too', async () => {
    const parent = { id: OTHER, type: 'database' };
    await expect(only(event('data_source.moved', { data: { parent } }))).resolves.toMatchObject({
      items: [item('data-source', PAGE), item('database', OTHER)],
    });
    await expect(only(event('page.created', { data: { parent } }))).resolves.toMatchObject({
      items: [item('page', PAGE)],
    });
  });

  it.each([
    'comment.created',
    'comment.updated',
    'comment.deleted',
    'file_upload.completed',
    'view.created',
    'brand_new.happened',
    'toString',
  ])('%s is handed on without items', async (type) => {
    await expect(only(event(type))).resolves.toMatchObject({ type, items: [], content: { type } });
  });

  it('is for the grants that may see the page', async () => {
    const { for: audience } = await only(event('page.created'));
    expect(audience).toEqual({ accounts: [WORKSPACE], grants: [BOT] });
  });

  it.each([[undefined], [[]], [null], [[{ id: PAGE, type: 'person' }]], [[{ type: 'bot' }]]])(
    'is for the workspace where no bot is named: %j',
    async (accessibleBy) => {
      const { for: audience } = await only(event('page.created', { accessible_by: accessibleBy }));
      expect(audience).toEqual({ accounts: [WORKSPACE] });
    },
  );

  it('has ids with dashes, as the API gives them', async () => {
    const short = (id: string) => id.replaceAll('-', '').toUpperCase();
    const received = await only(
      event('page.moved', {
        workspace_id: short(WORKSPACE),
        accessible_by: [{ id: short(BOT), type: 'bot' }],
        entity: { id: short(PAGE), type: 'page' },
      }),
    );
    expect(received).toMatchObject({
      for: { accounts: [WORKSPACE], grants: [BOT] },
      items: [item('page', PAGE)],
    });
  });

  it('is the same each time that it is sent', async () => {
    const first = await only(event('page.created'));
    await expect(only(event('page.created', { attempt_number: 2 }))).resolves.toEqual(first);
    const { attempt_number: _, ...content } = event('page.created');
    expect(first).toMatchObject({ id: content.id, content });
  });
});
