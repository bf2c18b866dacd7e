import { createHmac } from 'node:crypto';
import { type BaseWebhookPayload, verifyWebhookSignature } from '@notionhq/client';
import { bearer, Tester } from './tester.js';
import { type Received, WebhookReceiver } from './webhook-receiver.js';

type Event = BaseWebhookPayload & { type: string; entity: { id: string; type: string }; data: object };

describe('webhooks of Notion', () => {
  let sandbox: Tester;
  let receiver: WebhookReceiver;
  let token: string;
  beforeAll(async () => {
    [sandbox, receiver] = await Promise.all([Tester.start(), WebhookReceiver.start()]);
  });
  afterAll(() => Promise.all([sandbox.close(), receiver.close()]));
  beforeEach(async () => {
    await sandbox.reset();
    receiver.clear();
    token = (await sandbox.tokens('notion')).access_token;
  });

  const subscribe = async (more: object = {}) => {
    const body = { integration: 'notion', url: receiver.url, ...more };
    return (await sandbox.control<{ secret: string; handshake: { response: string } }>('PUT', '/webhooks', body)).body;
  };
  const send = (more: object) => sandbox.control('POST', '/webhooks', { integration: 'notion', ...more });
  const isSigned = ({ headers, body }: Received, secret: string) =>
    headers['x-notion-signature'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  it('first sends the verification token, unsigned, and shows what came back', async () => {
    receiver.respond = (response) => response.end('thanks');
    const { secret, handshake } = await subscribe();
    expect(await receiver.bodies(1)).toEqual([{ verification_token: secret }]);
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-notion-signature');
    expect(handshake.response).toBe('thanks');
    expect((await subscribe({ secret: 'chosen' })).secret).toBe('chosen');
  });

  it('sends ids only, signed with the verification token', async () => {
    const { secret } = await subscribe();
    receiver.clear();
    await send({ count: 2 });
    const [event] = await receiver.bodies<Event>(2);
    const me = (
      await sandbox.send<{ id: string }>('GET', '/notion/v1/users/me', {
        headers: { ...bearer(token), 'notion-version': '2026-03-11' },
      })
    ).body;
    expect(event).toMatchObject({
      type: 'page.content_updated',
      entity: { id: expect.any(String), type: 'page' },
      workspace_name: 'Fernhill Studio',
      accessible_by: [
        { id: expect.any(String), type: 'person' },
        { id: me.id, type: 'bot' },
      ],
      attempt_number: 1,
      data: { parent: { type: 'space' }, updated_blocks: [] },
    });
    for (const received of receiver.received) {
      expect(isSigned(received, secret)).toBe(true);
      const signature = String(received.headers['x-notion-signature']);
      expect(await verifyWebhookSignature({ body: received.body, signature, verificationToken: secret })).toBe(true);
    }
  });

  it('retries seven times, and counts the attempts', async () => {
    await subscribe({ handshake: false, retryDelayFactor: 0 });
    receiver.respond = (response) => response.writeHead(503).end();
    await send({});
    const bodies = await receiver.bodies<Event>(8);
    expect(bodies.map(({ attempt_number }) => attempt_number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
  });

  it('has no timestamp that could be old', async () => {
    const { secret } = await subscribe({ handshake: false });
    expect((await send({ faults: ['old-timestamp'] })).body).toEqual({
      error: expect.stringContaining('no timestamp'),
    });
    await send({ events: [{ type: 'page.deleted', entity: { id: 'x', type: 'page' } }], faults: ['wrong-signature'] });
    expect(await receiver.bodies(1)).toMatchObject([{ type: 'page.deleted', entity: { id: 'x' } }]);
    expect(isSigned(receiver.received[0] as Received, secret)).toBe(false);
  });
});
