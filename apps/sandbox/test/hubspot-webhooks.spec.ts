import { createHmac } from 'node:crypto';
import { bearer, Tester } from './tester.js';
import { type Received, WebhookReceiver } from './webhook-receiver.js';

interface Event {
  eventId: number;
  subscriptionType: string;
  objectId: number;
  occurredAt: number;
  attemptNumber: number;
}

const ACCOUNT = '147893286';
const CONTACTS = '/hubspot/crm/objects/2026-09/contacts';

describe('webhooks of HubSpot', () => {
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
    token = (await sandbox.tokens('hubspot')).access_token;
  });

  /** Request validation, version 3: method, address with these escapes decoded, body, timestamp. */
  function isSigned({ method, target, headers, body }: Received, secret = 'sandbox-hubspot-secret'): boolean {
    const timestamp = String(headers['x-hubspot-request-timestamp']);
    const uri = `${receiver.url}${target}`
      .replace(/%3A/gi, ':')
      .replace(/%2F/gi, '/')
      .replace(/%3F/gi, '?')
      .replace(/%40/gi, '@')
      .replace(/%21/gi, '!')
      .replace(/%24/gi, '$')
      .replace(/%27/gi, "'")
      .replace(/%28/gi, '(')
      .replace(/%29/gi, ')')
      .replace(/%2A/gi, '*')
      .replace(/%2C/gi, ',')
      .replace(/%3B/gi, ';');
    const signature = createHmac('sha256', secret).update(`${method}${uri}${body}${timestamp}`).digest('base64');
    return Date.now() - Number(timestamp) < 300_000 && headers['x-hubspot-signature-v3'] === signature;
  }
  const subscribe = (path = '/webhook', more: object = {}) =>
    sandbox.control('PUT', '/webhooks', { integration: 'hubspot', url: `${receiver.url}${path}`, ...more });
  const send = (more: object) => sandbox.control('POST', '/webhooks', { integration: 'hubspot', ...more });
  const edit = async (item: object) => {
    const body = { provider: 'hubspot', account: ACCOUNT, type: 'contacts', ...item };
    return (await sandbox.control<{ id: string }>('PUT', '/items', body)).body.id;
  };

  it('sends arrays of events, signed over method, address, body and time in milliseconds', async () => {
    await subscribe('/webhook/a%20b%3Fc%2Fd?x=%40&y=%26');
    const id = await edit({ title: 'Grace' });
    const [events] = await receiver.bodies<Event[]>(1);
    expect(events).toMatchObject([
      {
        subscriptionType: 'contact.creation',
        objectId: Number(id),
        objectTypeId: '0-1',
        portalId: Number(ACCOUNT),
        attemptNumber: 0,
        changeSource: 'CRM_UI',
      },
      { subscriptionType: 'contact.propertyChange', propertyName: 'firstname', propertyValue: 'Grace' },
      { subscriptionType: 'contact.propertyChange', propertyName: 'lastname', propertyValue: '' },
    ]);
    expect(Math.abs(Date.now() - (events?.[0]?.occurredAt ?? 0))).toBeLessThan(60_000);
    const [request] = receiver.received as [Received];
    expect(request.headers['x-hubspot-request-timestamp']).toMatch(/^\d{13}$/);
    expect([isSigned(request), isSigned(request, 'another')]).toEqual([true, false]);
  });

  it('has events for archived, restored, deleted and touched records', async () => {
    const { results } = (await sandbox.send<{ results: { id: string }[] }>('GET', CONTACTS, { headers: bearer(token) }))
      .body;
    const [first, second] = results.map(({ id }) => id);
    await subscribe();
    const heard: string[][] = [];
    const one = async (item: object) => {
      receiver.clear();
      await edit(item);
      heard.push((await receiver.bodies<Event[]>(1)).flat().map(({ subscriptionType }) => subscriptionType));
    };
    await one({ id: first, archived: true });
    await one({ id: first, archived: false });
    await one({ id: first, deleted: true });
    await one({ id: second, modified: '2026-11-02T03:04:05.678Z' });
    await one({ type: 'boats', title: 'Ada II' });
    expect(heard).toEqual([
      ['contact.deletion'],
      ['contact.restore'],
      ['contact.privacyDeletion', 'contact.deletion'],
      ['contact.propertyChange'],
      ['object.creation', 'object.propertyChange'],
    ]);
  });

  it('sends events for what apps write', async () => {
    const { results } = (await sandbox.send<{ results: { id: string }[] }>('GET', CONTACTS, { headers: bearer(token) }))
      .body;
    await subscribe();
    const path = `${CONTACTS}/${results[0]?.id}`;
    await sandbox.send('PATCH', path, { json: { properties: { city: 'Aarhus' } }, headers: bearer(token) });
    await sandbox.send('DELETE', path, { headers: bearer(token) });
    expect((await receiver.bodies<Event[]>(2)).flat()).toEqual([
      expect.objectContaining({ propertyName: 'city', propertyValue: 'Aarhus', changeSource: 'INTEGRATION' }),
      expect.objectContaining({ subscriptionType: 'contact.deletion', changeSource: 'INTEGRATION' }),
    ]);
  });

  it('sends up to 100 events in one request', async () => {
    await subscribe();
    await send({ count: 250 });
    expect((await receiver.bodies<Event[]>(3)).map(({ length }) => length)).toEqual([100, 100, 50]);
    receiver.clear();
    const items = Array.from({ length: 3 }, () => ({ type: 'companies', title: 'Northwind' }));
    await sandbox.control('PUT', '/items', { provider: 'hubspot', account: ACCOUNT, items });
    expect((await receiver.bodies<Event[]>(1))[0]).toHaveLength(6);
  });

  it('counts the attempts in its events', async () => {
    await subscribe('/webhook', { retryDelayFactor: 0 });
    receiver.respond = (response) => response.writeHead(receiver.received.length < 3 ? 400 : 200).end();
    await edit({ title: 'Grace' });
    const requests = await receiver.bodies<Event[]>(3);
    expect(requests.map(([event]) => event?.attemptNumber)).toEqual([0, 1, 2]);
    expect(new Set(requests.map(([event]) => event?.eventId)).size).toBe(1);
    expect(receiver.received.every((one) => isSigned(one))).toBe(true);
  });

  it('repeats, reorders and spoils what a test asks for', async () => {
    await subscribe();
    const events = [1, 2].map((objectId) => ({ subscriptionType: 'contact.merge', objectId }));
    const ids = async (count: number) =>
      (await receiver.bodies<Event[]>(count)).map((one) => one.map((e) => e.objectId));
    await send({ events, faults: ['reorder', 'duplicate'] });
    expect(await ids(2)).toEqual([
      [2, 1],
      [2, 1],
    ]);
    receiver.clear();
    await send({ events, faults: ['wrong-signature'] });
    await send({ events, faults: ['old-timestamp'] });
    expect(await ids(2)).toHaveLength(2);
    expect(receiver.received.map((one) => isSigned(one))).toEqual([false, false]);
  });

  it('needs an address, and an account that has granted the app something', async () => {
    expect((await send({})).body).toEqual({ error: expect.stringContaining('has no address') });
    await subscribe();
    expect((await send({ account: '62515001' })).body).toEqual({ sent: [] });
    expect((await subscribe('', { url: 'ftp://x' })).status).toBe(400);
    await sandbox.control('PUT', '/webhooks', { integration: 'hubspot', url: null });
    expect((await send({})).status).toBe(400);
  });
});
