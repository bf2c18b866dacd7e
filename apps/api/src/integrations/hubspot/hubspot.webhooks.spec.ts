import { createHmac } from 'node:crypto';
import { provider } from '../integration.contract.js';
import { NOW, describeWebhooks, eventsOf, requestOf, type Sender } from '../webhook.contract.js';
import { HubSpotIntegration } from './hubspot.integration.js';

const hubspot = new HubSpotIntegration();

const entry = (subscriptionType: string, more: object = {}) => ({
  eventId: 100,
  subscriptionId: 6_554_001,
  portalId: 62_515,
  appId: 42,
  occurredAt: NOW,
  subscriptionType,
  attemptNumber: 0,
  objectId: 1_234,
  changeSource: 'CRM_UI',
  ...more,
});

const sender: Sender = {
  secret: '3eee9ff5-7a37-4f8b-9b6d-a1dd1eba4b09',
  url: 'https://causeway.example/integrations/hubspot/webhook',
  signature: 'x-hubspot-signature-v3',
  time: { header: 'x-hubspot-request-timestamp', unitMs: 1 },
  sign: (secret, body, time, url) => ({
    'x-hubspot-signature-v3': createHmac('sha256', secret)
      .update(`POST${url}`)
      .update(body)
      .update(time)
      .digest('base64'),
    'x-hubspot-request-timestamp': time,
    'x-hubspot-signature-version': 'v3',
  }),
  body: [entry('contact.propertyChange', { propertyName: 'email', propertyValue: 'ada@example.com' })],
};

const item = (type: string | null, id: string, isDeleted = false) => ({
  type,
  id,
  driveId: null,
  parentId: null,
  isDeleted,
});

async function only(body: object) {
  const events = await eventsOf(hubspot, sender, [body]);
  expect(events).toHaveLength(1);
  return events[0]!;
}

describeWebhooks(hubspot, sender);

describe('a webhook of hubspot', () => {
  it.each([
    ['without the query', '', '?region=eu1'],
    ['with another query', '?region=eu1', '?region=na1'],
    ['with a query in another order', '?a=1&b=2', '?b=2&a=1'],
    ['with a parameter once that came twice', '?a=1&a=1', '?a=1'],
    ['with another escape', '?a=%2540', '?a=%40'],
  ])('is rejected at the address that it was signed for %s', async (_, signed, received) => {
    const request = requestOf({ ...sender, url: sender.url + signed });
    await expect(hubspot.receiveWebhook(request)).resolves.toMatchObject({ kind: 'events' });
    const elsewhere = { ...request, url: sender.url + received };
    await expect(hubspot.receiveWebhook(elsewhere)).resolves.toEqual({ kind: 'rejected' });
    const otherHost = { ...request, url: request.url.replace('causeway', 'attacker') };
    await expect(hubspot.receiveWebhook(otherHost)).resolves.toEqual({ kind: 'rejected' });
  });

  it.each([
    ['?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B', "?a=:/?@!$'()*,;"],
    ['?a=%3a%2f', '?a=:/'],
    ['?a=1&a=2&a=%40', '?a=1&a=2&a=@'],
    ['?a=%20%25%26%2B%3D%23%C3%A9', '?a=%20%25%26%2B%3D%23%C3%A9'],
    ['?a=%2540', '?a=%2540'],
    ['?a=%zz%', '?a=%zz%'],
  ])('at an address with %s is signed for %s', async (received, signed) => {
    const request = requestOf({ ...sender, url: sender.url + signed });
    const at = { ...request, url: sender.url + received };
    await expect(hubspot.receiveWebhook(at)).resolves.toMatchObject({ kind: 'events' });
  });

  it('is rejected with a signature of version 1 or 2, which have no time', async () => {
    const { headers, ...request } = requestOf(sender);
    const { 'x-hubspot-signature-v3': _, ...others } = headers;
    const signature = createHmac('sha256', sender.secret).update(request.body).digest('hex');
    const older = { ...others, 'x-hubspot-signature': signature, 'x-hubspot-signature-version': 'v1' };
    await expect(hubspot.receiveWebhook({ ...request, headers: older })).resolves.toEqual({ kind: 'rejected' });
  });

  it.each<[string, object, object[]]>([
    ['contact.creation', {}, [item('contact', '1234')]],
    ['contact.propertyChange', { propertyName: 'email' }, [item('contact', '1234')]],
    ['contact.restore', {}, [item('contact', '1234')]],
    ['contact.deletion', {}, [item('contact', '1234')]],
    ['contact.privacyDeletion', {}, [item('contact', '1234', true)]],
    ['company.creation', { objectTypeId: '0-2' }, [item('company', '1234')]],
    ['deal.deletion', {}, [item('deal', '1234')]],
    ['ticket.propertyChange', { objectId: '9007199254740993' }, [item('ticket', '9007199254740993')]],
    ['object.creation', { objectTypeId: '0-1' }, [item('contact', '1234')]],
    ['object.deletion', { objectTypeId: '0-5' }, [item('ticket', '1234')]],
    ['object.propertyChange', { objectTypeId: '2-46788' }, [item(null, '1234')]],
    ['object.restore', { objectTypeId: '0-3' }, [item('deal', '1234')]],
    [
      'contact.merge',
      { primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 4, numberOfPropertiesMoved: 1 },
      [item('contact', '4'), item('contact', '1'), item('contact', '2', true), item('contact', '3', true)],
    ],
    [
      'object.merge',
      { objectTypeId: '0-2', primaryObjectId: 1, mergedObjectIds: [2, 1, 2], newObjectId: 1 },
      [item('company', '1'), item('company', '2', true)],
    ],
    // A contact may have the same id.
    [
      'object.merge',
      { objectTypeId: '2-46788', primaryObjectId: 1, mergedObjectIds: [2], newObjectId: 3 },
      [item(null, '3'), item(null, '1'), item(null, '2')],
    ],
    [
      'contact.associationChange',
      { associationType: 'CONTACT_TO_COMPANY', fromObjectId: 1, toObjectId: 2, associationRemoved: true },
      [item('contact', '1'), item('company', '2')],
    ],
    [
      'deal.associationChange',
      { associationType: 'DEAL_TO_LINE_ITEM', fromObjectId: 1, toObjectId: 2 },
      [item('deal', '1')],
    ],
    [
      'object.associationChange',
      { fromObjectTypeId: '0-3', fromObjectId: 1, toObjectTypeId: '2-46788', toObjectId: 2 },
      [item('deal', '1'), item(null, '2')],
    ],
    ['object.creation', { objectTypeId: '0-7' }, []],
    ['object.creation', {}, []],
    ['product.creation', {}, []],
    ['conversation.newMessage', { messageId: 'm', messageType: 'MESSAGE' }, []],
    ['contact.brandNew', {}, []],
    ['constructor.creation', {}, []],
    ['contact', {}, []],
    // Read as a number, it would be another record's.
    ['contact.creation', { objectId: 2 ** 53 }, []],
    ['contact.creation', { objectId: '../1' }, []],
    ['contact.deletion', { objectId: 1.5 }, []],
  ])('%s %j', async (subscriptionType, more, items) => {
    await expect(only(entry(subscriptionType, more))).resolves.toMatchObject({
      type: subscriptionType,
      for: { accounts: ['62515'] },
      items,
    });
  });

  it('has an event for each entry, and skips what is none', async () => {
    const body = [entry('contact.creation'), null, 7, [], {}, entry('deal.creation', { portalId: 7 })];
    expect(await eventsOf(hubspot, sender, body)).toMatchObject([
      { type: 'contact.creation', for: { accounts: ['62515'] } },
      { type: 'deal.creation', for: { accounts: ['7'] } },
    ]);
    expect(await eventsOf(hubspot, sender, entry('deal.creation'))).toMatchObject([{ type: 'deal.creation' }]);
  });

  it('takes the type from `eventType`, which the documentation has too', async () => {
    const { subscriptionType: type, ...others } = entry('contact.creation');
    await expect(only({ ...others, eventType: type })).resolves.toMatchObject({
      type,
      items: [item('contact', '1234')],
    });
  });

  it('has the same id and content each time that it is sent, and other ids for other events', async () => {
    const first = await only(entry('contact.creation'));
    await expect(only(entry('contact.creation', { attemptNumber: 3 }))).resolves.toEqual(first);
    for (const name of ['eventId', 'subscriptionId', 'objectId', 'occurredAt']) {
      expect((await only(entry('contact.creation', { [name]: 7 }))).id).not.toBe(first.id);
    }
    const { attemptNumber: _, ...content } = entry('contact.creation');
    expect(first.content).toEqual(content);
  });
});

describe('a record of hubspot that was merged into another', () => {
  it('is gone, though the API gives the other one for its id', async () => {
    const remaining = { id: '9', properties: { email: 'ada@example.com' } };
    const { api, close } = await provider(
      { 'GET /crm/objects/2026-09/contacts/1': remaining, 'GET /crm/objects/2026-09/contacts/9': remaining },
      hubspot.classify,
    );
    const context = { api, account: { id: '62515', name: 'Acme', url: null }, accountKey: '62515', scopes: [] };
    const fetch = (id: string) =>
      hubspot.fetchItem({ type: 'contact', id, driveId: null, parentId: null, properties: [] }, context);
    await expect(fetch('9')).resolves.toMatchObject({ id: '9' });
    await expect(fetch('1')).resolves.toBeNull();
    await close();
  });
});
