import { createCauseway, type CausewayClient } from '@causeway/client';
import { startService, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { type FaultyEnvironment, startFaultyEnvironment } from './support/faulty-environment.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { AFRESH, byType, items, keyOf } from './support/load.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';

let environment: FaultyEnvironment;
beforeAll(async () => {
  environment = await startFaultyEnvironment();
});
afterAll(() => environment?.stop());
beforeEach(async () => {
  await environment.mockProviders.clearFaults();
  await environment.mockProviders.clearLog();
});

describe('a paged load', () => {
  const whole = {} as Record<IntegrationId, string[]>;
  /** More than one page of the provider, whatever it takes as a page. */
  const WIDE: Record<IntegrationId, { types?: string[] }> = {
    notion: {},
    airtable: { types: ['base', 'table', 'record'] },
    hubspot: { types: ['contact', 'company'] },
    slack: {},
  };
  const everything = async (integration: IntegrationId, limit = 40) =>
    (
      await items(environment.causeway, integration, environment.users[integration], { ...WIDE[integration], limit })
    ).map(keyOf);

  beforeAll(async () => {
    await environment.mockProviders.clearFaults();
    // One base, with tables of 320 and 45 records.
    environment.users.airtable = someone();
    await connect(environment.causeway, 'airtable', environment.users.airtable, { account: 'usrTheoPenhallow2' });
    for (const integration of INTEGRATIONS) whole[integration] = (await everything(integration, 1000)).sort();
  });

  describe.each(INTEGRATIONS)('of %s', (provider) => {
    test('is complete after an empty page with a cursor', async () => {
      await environment.mockProviders.fault({ provider, on: 'data', kind: 'empty-page', times: 1 });
      expect((await everything(provider)).sort()).toEqual(whole[provider]);
    });

    test('gives each item once if a page repeats items of the one before', async () => {
      await environment.mockProviders.fault({ provider, on: 'data', kind: 'duplicates', count: 3 });
      expect((await everything(provider, 1000)).sort()).toEqual(whole[provider]);
    });

    test('gives each item once also across its own pages', async () => {
      await environment.mockProviders.fault({ provider, on: 'data', kind: 'duplicates', count: 3, times: 1 });
      expect((await everything(provider, 100)).sort()).toEqual(whole[provider]);
    });

    test('is complete after an expired cursor, or says that it is not', async () => {
      await environment.mockProviders.fault({ provider, on: 'data', kind: 'expired-cursor', times: 1 });
      const found = await everything(provider).catch((error: unknown) => String(error));
      if (typeof found === 'string') expect(found).toMatch(/"slug":"(provider-rejected|invalid-request)"/);
      else expect(found.sort()).toEqual(whole[provider]);
    });

    test('ends if the same cursor is given for ever, and says that it is incomplete', async () => {
      await environment.mockProviders.fault({ provider, on: 'data', kind: 'repeated-cursor' });
      const found = await everything(provider).catch((error: unknown) => String(error));
      const { dataCalls } = await environment.mockProviders.log(provider);
      expect(dataCalls).toBeLessThan(100);
      if (typeof found === 'string') expect(found).toMatch(/"slug":"provider-/);
      else expect(found.sort()).toEqual(whole[provider]);
    }, 60_000);

    test('can be continued with the same cursor after an outage', async () => {
      const first = await environment.causeway.POST('/integrations/{integration}/load', {
        params: { path: { integration: provider } },
        headers: AFRESH,
        body: { ...environment.users[provider], ...WIDE[provider], limit: 7 },
      });
      const cursor = first.data?.nextCursor ?? '';
      const next = () =>
        environment.causeway.POST('/integrations/{integration}/load', {
          params: { path: { integration: provider } },
          headers: AFRESH,
          body: { ...environment.users[provider], ...WIDE[provider], limit: 7, cursor },
        });
      const { data: undisturbed } = await next();
      await environment.mockProviders.fault({ provider, on: 'data', kind: 'rate-limit', retryAfter: 300 });
      expect([200, 503]).toContain((await next()).response.status);
      await environment.mockProviders.clearFaults();
      expect((await next()).data?.items).toEqual(undisturbed?.items);
    });
  });
});

describe('with the documented limits in force', () => {
  let paced: Service;
  let client: CausewayClient;
  beforeAll(async () => {
    const { AIRTABLE_RATE_LIMIT: _, ...env } = productionEnvironment(environment.mockProviders);
    paced = await startService({ env });
    client = createCauseway({ baseUrl: paced.url, apiKey: ADMIN_KEY });
  });
  afterAll(async () => {
    await unlimited(environment.mockProviders);
    await paced?.stop();
  });

  test('never exceeds the rate limit, with four loads at a time', async () => {
    await environment.mockProviders.limit({
      provider: 'airtable',
      limit: { requests: 5, seconds: 1, penaltySeconds: 30 },
    });
    const people = [someone(), someone(), someone(), someone()];
    for (const user of people) await connect(client, 'airtable', user);
    await environment.mockProviders.clearLog();
    const wish = { types: ['base', 'table', 'record'], limit: 1000 };
    // All of them read the same three bases, and the limit is the base's.
    const loads = await Promise.allSettled(people.map((user) => items(client, 'airtable', user, wish)));
    expect((await environment.mockProviders.log('airtable')).byStatus).not.toHaveProperty('429');
    for (const load of loads) {
      expect(load.status === 'fulfilled' ? byType(load.value) : String(load.reason)).toEqual({
        base: 3,
        table: 9,
        record: 1099,
      });
    }
  }, 90_000);
});
