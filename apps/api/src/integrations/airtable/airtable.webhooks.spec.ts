import { createHmac } from 'node:crypto';
import { describeWebhooks, eventsOf, requestOf, type Sender } from '../webhook.contract.js';
import { AirtableIntegration } from './airtable.integration.js';

const airtable = new AirtableIntegration();

const HOOK = 'ach00000000000001';
const BASE = 'app00000000000001';

const sender: Sender = {
  secret: Buffer.from('thirty-two bytes of a hook alone').toString('base64'),
  signature: 'x-airtable-content-mac',
  sign(secret, body) {
    const mac = createHmac('sha256', Buffer.from(secret, 'base64')).update(body).digest('hex');
    return { 'x-airtable-content-mac': `hmac-sha256=${mac}` };
  },
  body: { base: { id: BASE }, webhook: { id: HOOK }, timestamp: '2026-11-20T12:00:00.000Z' },
  hook: HOOK,
};

describeWebhooks(airtable, sender);

describe('a webhook of airtable', () => {
  it('is for the connection that made the hook, and says what to ask for', async () => {
    expect(await eventsOf(airtable, sender, sender.body)).toEqual([
      {
        id: expect.any(String),
        type: 'notification',
        for: { connectionId: 'con_1' },
        items: [],
        hook: { id: HOOK, base: BASE },
        content: sender.body,
      },
    ]);
  });

  it('has an id of its own each time that something has changed', async () => {
    const idAt = async (timestamp: string) =>
      (await eventsOf(airtable, sender, { ...(sender.body as object), timestamp }))[0]?.id;
    const [first, again, next] = [await idAt('1'), await idAt('1'), await idAt('2')];
    expect(again).toBe(first);
    expect(next).not.toBe(first);
  });

  it('is rejected with the secret of another hook', async () => {
    const body = { ...(sender.body as object), webhook: { id: 'ach00000000000002' } };
    const hook = (id: string) =>
      Promise.resolve({
        secret: id === HOOK ? sender.secret : Buffer.from('another').toString('base64'),
        connectionId: 'con_2',
      });
    await expect(airtable.receiveWebhook(requestOf(sender, body, { hook }))).resolves.toEqual({ kind: 'rejected' });
    await expect(airtable.receiveWebhook(requestOf(sender, sender.body, { hook }))).resolves.toMatchObject({
      kind: 'events',
    });
  });

  it('looks only for what may be the id of a hook', async () => {
    const asked: string[] = [];
    const hook = (id: string) => Promise.resolve((asked.push(id), null));
    for (const id of ['', 'ach', 'app1', 'ach1/../x', 'ach1 ', `ach${'1'.repeat(41)}`, 7, null, { id: HOOK }, 'ach1']) {
      const body = { ...(sender.body as object), webhook: { id } };
      await expect(airtable.receiveWebhook(requestOf(sender, body, { hook }))).resolves.toEqual({ kind: 'rejected' });
    }
    expect(asked).toEqual(['ach1']);
  });

  it('does not name a base that the request does not', async () => {
    const [event] = await eventsOf(airtable, sender, { webhook: { id: HOOK } });
    expect(event).not.toHaveProperty('hook');
  });
});
