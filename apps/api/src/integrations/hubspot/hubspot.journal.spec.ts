import { UpstreamError, type HttpResponse } from '@causeway/http-client';
import type { AppApi, JournalAccount } from '../integration.js';
import { provider } from '../integration.contract.js';
import { HubSpotIntegration } from './hubspot.integration.js';
import { hubspotJournal as journal } from './hubspot.journal.js';

const OFFSET = '550e8400-e29b-41d4-a716-446655440000';
const entry = { offset: OFFSET, fileUrl: 'https://storage.example/file' };
const AT = '2026-11-20T12:00:00.000Z';

const item = (type: string | null, id: string, more = {}) => ({
  ...{ type, id, driveId: null, parentId: null, isDeleted: false },
  ...more,
});

/** A file with one event. */
const only = (event: object) => {
  const file = { offset: OFFSET, publishedAt: AT, journalEvents: [{ portalId: 62_515, occurredAt: AT, ...event }] };
  const events = journal.events(file, entry);
  expect(events).toHaveLength(1);
  return events[0]!;
};

describe('an event of the journal of hubspot', () => {
  const contact = { type: 'crmObject', objectTypeId: '0-1', objectId: 1_234 };

  it.each<[string, object, object[]]>([
    ['a created record', { ...contact, action: 'CREATE' }, [item('contact', '1234')]],
    ['a changed one', { ...contact, action: 'UPDATE', propertyChanges: { email: 'a@b.c' } }, [item('contact', '1234')]],
    ['a restored one', { ...contact, action: 'RESTORE' }, [item('contact', '1234')]],
    // It can still be read by its id, for 90 days.
    ['a deleted one', { ...contact, action: 'DELETE' }, [item('contact', '1234', { wasDeleted: true })]],
    ['an action in lower case', { ...contact, action: 'update' }, [item('contact', '1234')]],
    ['an id as text', { ...contact, action: 'UPDATE', objectId: '1234' }, [item('contact', '1234')]],
    ['another type of object', { ...contact, action: 'UPDATE', objectTypeId: '0-5' }, [item('ticket', '1234')]],
    ['a custom object', { ...contact, action: 'UPDATE', objectTypeId: '2-46788' }, [item(null, '1234')]],
    ['an object that is not loaded', { ...contact, action: 'UPDATE', objectTypeId: '0-7' }, []],
    ['an id that cannot be read exactly', { ...contact, action: 'UPDATE', objectId: 2 ** 53 }, []],
    [
      'an association',
      {
        ...{ type: 'association', action: 'ASSOCIATION_ADDED', objectTypeId: '0-1', objectId: 1 },
        ...{ associatedObjectTypeId: '0-2', associatedObjectId: 2 },
      },
      [item('contact', '1'), item('company', '2')],
    ],
    [
      'erased data',
      { type: 'gdpr_privacy_deletion', action: 'GDPR_DELETE', objectTypeId: '0-1', objectId: 7 },
      [item('contact', '7', { isDeleted: true })],
    ],
    [
      'erased data by the other name',
      { type: 'GDPR_PRIVACY_DELETION', action: 'DELETE', objectTypeId: '0-1', objectId: 7 },
      [item('contact', '7', { isDeleted: true })],
    ],
    [
      'a merge that names all',
      { ...contact, action: 'MERGE', objectId: 1, primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 4 },
      [
        item('contact', '4'),
        item('contact', '1'),
        item('contact', '2', { wasDeleted: true }),
        item('contact', '3', { wasDeleted: true }),
      ],
    ],
    // Which one remains is not known: all are asked for.
    [
      'a merge without roles',
      { ...contact, action: 'MERGE', objectId: 1, mergedObjectIds: [2] },
      [item('contact', '1', { wasDeleted: true }), item('contact', '2', { wasDeleted: true })],
    ],
    ['an uninstall', { type: 'app_lifecycle_event', action: 'APP_UNINSTALL' }, []],
    ['an unknown action', { ...contact, action: 'BRAND_NEW' }, []],
    ['no action', contact, []],
    ['nothing', {}, []],
  ])('of %s names what to ask for', (_, event, items) => {
    expect(only(event)).toMatchObject({ for: { accounts: ['62515'] }, occurredAt: Date.parse(AT), items });
  });

  it('ends all grants of an account that has uninstalled the app, and no other event does', () => {
    expect(only({ type: 'app_lifecycle_event', action: 'APP_UNINSTALL' }).ended).toBe('all');
    expect(only({ type: 'app_lifecycle_event', eventTypeId: '4-1916193' }).ended).toBe('all');
    expect(only({ type: 'app_lifecycle_event', action: 'APP_INSTALL', eventTypeId: '4-1909196' })).not.toHaveProperty(
      'ended',
    );
    expect(only({ ...contact, action: 'DELETE' })).not.toHaveProperty('ended');
  });

  it('has the time of the file where it has none, so that it ends no later grant', () => {
    expect(only({ action: 'APP_UNINSTALL', occurredAt: 'soon' }).occurredAt).toBe(Date.parse(AT));
    expect(only({ action: 'APP_UNINSTALL', occurredAt: Date.parse(AT) + 1 }).occurredAt).toBe(Date.parse(AT) + 1);
  });

  it('has an id by its place, and the same content each time', () => {
    const file = { journalEvents: [{ action: 'UPDATE' }, null, 7, { action: 'UPDATE' }] };
    const events = journal.events(file, entry);
    expect(events.map(({ id }) => id)).toEqual([`${OFFSET}-0`, `${OFFSET}-3`]);
    expect(journal.events(structuredClone(file), entry)).toEqual(events);
    expect(events[0]?.content).toEqual({ action: 'UPDATE' });
  });

  it.each([undefined, null, '', 'text', [], {}, { journalEvents: {} }, { journalEvents: null }])(
    'is in no file like %j',
    (file) => expect(() => journal.events(file, entry)).toThrow(expect.objectContaining({ reason: 'malformed' })),
  );
});

/** The provider's API for the app, by the responses to each request. */
function appApi(respond: (method: string, path: string, json: unknown) => Partial<HttpResponse>) {
  const asked: string[] = [];
  const api: AppApi = {
    request({ method = 'GET', path, json }) {
      asked.push(`${method} ${path}`);
      const response = { status: 200, headers: {}, body: undefined, ...respond(method, path, json) };
      if (response.status < 300) return Promise.resolve(response);
      const reason = ({ 404: 'missing', 403: 'forbidden', 503: 'unavailable' } as const)[response.status];
      return Promise.reject(new UpstreamError(reason ?? 'rejected', { status: response.status }));
    },
  };
  return { api, asked };
}

describe('an entry of the journal of hubspot', () => {
  const BODY = { url: 'https://storage.example/file', expiresAt: AT, currentOffset: OFFSET };

  it('is asked for at its place', async () => {
    const { api, asked } = appApi(() => ({ body: BODY }));
    for (const place of ['latest', 'earliest', { after: 'a/b' }] as const)
      await expect(journal.entry(api, place)).resolves.toEqual(entry);
    const path = 'GET /webhooks-journal/journal/2026-03';
    expect(asked).toEqual([`${path}/latest`, `${path}/earliest`, `${path}/offset/a%2Fb/next`]);
  });

  it.each([
    ['a 204', { status: 204 }],
    ['no body', { status: 200 }],
    ['an empty text', { status: 200, body: '' }],
  ])('is not there, says %s', async (_, response) => {
    const { api } = appApi(() => response);
    for (const place of ['latest', 'earliest', { after: OFFSET }] as const)
      await expect(journal.entry(api, place)).resolves.toBeNull();
  });

  it('is not there, or has an unknown one before it, says a 404', async () => {
    const { api } = appApi(() => ({ status: 404 }));
    await expect(journal.entry(api, 'latest')).resolves.toBeNull();
    await expect(journal.entry(api, { after: OFFSET })).resolves.toBe('unknown-offset');
  });

  it.each([
    {},
    [],
    { ...BODY, url: undefined },
    { ...BODY, currentOffset: '' },
    { ...BODY, currentOffset: 'x'.repeat(201) },
  ])('is not like %j', async (body) => {
    const { api } = appApi(() => ({ body }));
    await expect(journal.entry(api, 'latest')).rejects.toMatchObject({ reason: 'malformed' });
  });
});

interface Beside {
  own?: string[];
  hasUnknownTypes?: boolean;
  onRemoval?: number;
}

describe('subscriptions of the journal of hubspot', () => {
  const LIFECYCLE = ['4-1909196', '4-1916193'].map((eventTypeId) => ({
    subscriptionType: 'APP_LIFECYCLE_EVENT',
    eventTypeId,
  }));
  const OBJECT = { subscriptionType: 'OBJECT', portalId: 62_515, objectTypeId: '0-1' };
  const ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'];
  const PRIVACY = { ...OBJECT, subscriptionType: 'GDPR_PRIVACY_DELETION', actions: ['GDPR_DELETE'] };
  const ALL = [...LIFECYCLE, { ...OBJECT, actions: ACTIONS }, PRIVACY];

  async function subscribed(
    existing: object[],
    types: string[],
    refuse: (json: object) => number | null = () => null,
    { own = [], hasUnknownTypes = false, onRemoval = 204 }: Beside = {},
  ) {
    const created: object[] = [];
    const { api, asked } = appApi((method, _, json) => {
      if (method === 'GET') return { body: { results: existing } };
      if (method === 'DELETE') return { status: onRemoval };
      const status = refuse(json as object);
      if (status !== null) return { status };
      created.push(json as object);
      return { status: 201, body: { id: 60 + created.length } };
    });
    const schemas = { results: [{ name: 'boat', objectTypeId: '2-7', primaryDisplayProperty: 'name' }] };
    const account = await provider(
      { 'GET /crm-object-schemas/2026-09/schemas': schemas },
      new HubSpotIntegration().classify,
    );
    const wanted: JournalAccount = { id: '62515', types: new Set(types), hasUnknownTypes, api: account.api };
    const ids = new Set(own);
    const result = await journal
      .subscribe(api, [wanted], {
        list: () => Promise.resolve(ids),
        add: (id) => Promise.resolve(void ids.add(id)),
        remove: (id) => Promise.resolve(void ids.delete(id)),
      })
      .finally(() => account.close());
    const removed = asked.filter((one) => one.startsWith('DELETE')).map((one) => one.split('/').at(-1));
    return { created, ...result, removed, own: [...ids] };
  }

  it('are made for the app, and for what syncs of an account hold', async () => {
    expect(await subscribed([], ['contact', 'owner', 'boat'])).toEqual({
      created: [...ALL, { ...OBJECT, objectTypeId: '2-7', actions: ACTIONS }],
      added: ['62515'],
      refused: [],
      removed: [],
      own: ['61', '62', '63', '64', '65'],
    });
  });

  it('are not made where they are', async () => {
    const existing = ALL.map((one) => ({ ...one, properties: null, objectIds: null, deletedAt: null }));
    expect(await subscribed(existing, ['contact'])).toMatchObject({ created: [], added: [], refused: [] });
  });

  it.each<[string, object]>([
    ['lacks an action', { actions: ACTIONS.slice(1) }],
    ['is for some properties', { properties: ['email'] }],
    ['is for some records', { objectIds: [7] }],
    ['is of another account', { portalId: 7 }],
    ['is of another type', { objectTypeId: '0-2' }],
    ['was deleted', { deletedAt: AT }],
  ])('are made beside one that %s', async (_, change) => {
    const existing = ALL.map((one) => (one.subscriptionType === 'OBJECT' ? { ...one, ...change } : one));
    expect((await subscribed(existing, ['contact'])).created).toEqual([{ ...OBJECT, actions: ACTIONS }]);
  });

  it('are made with the members that only the specification requires, if they have to be', async () => {
    const { created } = await subscribed([...LIFECYCLE, PRIVACY], ['contact'], (json) =>
      'properties' in json ? null : 400,
    );
    expect(created).toEqual([{ ...OBJECT, actions: ACTIONS, properties: [], objectIds: [] }]);
  });

  it('that are refused, or of a type that is gone, keep no other one from being made', async () => {
    const { created, refused } = await subscribed(LIFECYCLE, ['ticket', 'yacht', 'deal'], (json) =>
      (json as typeof OBJECT).objectTypeId === '0-5' ? 403 : null,
    );
    expect(created).toMatchObject([{ objectTypeId: '0-3' }]);
    expect(refused.map(({ what }) => what)).toEqual(['yacht of account 62515', 'OBJECT 0-5 of account 62515']);
    expect((await subscribed([], [], () => 409)).refused).toEqual([]);
    await expect(subscribed([], [], () => 503)).rejects.toMatchObject({ reason: 'unavailable' });
  });

  const COMPANY = { ...OBJECT, objectTypeId: '0-2', actions: ACTIONS };
  const KNOWN = [...ALL, COMPANY, { ...COMPANY, portalId: 7 }].map((one, at) => ({ ...one, id: 11 + at }));
  const OWN = { own: KNOWN.map(({ id }) => String(id)) };

  it('are removed where no sync needs them any more', async () => {
    expect(await subscribed(KNOWN, ['contact'], undefined, OWN)).toMatchObject({
      created: [],
      removed: ['15', '16'],
      own: ['11', '12', '13', '14'],
    });
  });

  it('that this service has not made are not removed', async () => {
    expect((await subscribed(KNOWN, ['contact'], undefined, { own: ['16'] })).removed).toEqual(['16']);
  });

  it('are not removed of an account of which not all types are known', async () => {
    const more = { ...OWN, hasUnknownTypes: true };
    expect((await subscribed(KNOWN, ['contact'], undefined, more)).removed).toEqual(['16']);
    expect((await subscribed(KNOWN, ['contact', 'yacht'], undefined, OWN)).removed).toEqual(['16']);
  });

  it('that are gone are forgotten; what cannot be removed now is removed later', async () => {
    const kept = ['11', '12', '13', '14'];
    expect((await subscribed(KNOWN, ['contact'], undefined, { ...OWN, onRemoval: 404 })).own).toEqual(kept);
    expect((await subscribed(KNOWN, ['contact'], undefined, { ...OWN, onRemoval: 403 })).own).toEqual(OWN.own);
    const unavailable = subscribed(KNOWN, ['contact'], undefined, { ...OWN, onRemoval: 503 });
    await expect(unavailable).rejects.toMatchObject({ reason: 'unavailable' });
  });
});
