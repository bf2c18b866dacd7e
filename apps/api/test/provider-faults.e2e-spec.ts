import { authorize } from './support/connect.js';
import { type FaultSpec, type FaultyGround, startFaultyGround } from './support/faulty-environment.js';
import { expectProblem, retryAfterOf, slugOf } from './support/problems.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { someone } from './support/users.js';

let ground: FaultyGround;
beforeAll(async () => {
  ground = await startFaultyGround();
});
afterAll(() => ground?.stop());
beforeEach(async () => {
  await ground.standIns.clearFaults();
  await ground.standIns.clearLog();
});

describe('while a provider', () => {
  test.each([
    ['answers 500', { kind: 'server-error', status: 500 }],
    ['answers 502', { kind: 'server-error', status: 502 }],
    ['answers 503', { kind: 'server-error', status: 503 }],
    ['cuts the connection', { kind: 'cut-before-headers' }],
    ['cuts the answer', { kind: 'cut-mid-body' }],
    ['answers half a JSON', { kind: 'malformed-json' }],
    ['answers a web page with status 200', { kind: 'html', status: 200 }],
    ['answers a web page with status 502', { kind: 'html', status: 502 }],
  ] as [string, FaultSpec][])(
    '%s: provider-unavailable, and nothing stored changes',
    async (_, fault) => {
      await ground.everywhere(fault, async (integration) => {
        expectProblem(await ground.load(integration), 'provider-unavailable', 502);
        // Tried again, and not for ever.
        const { dataCalls } = await ground.standIns.log(integration);
        expect(dataCalls).toBeGreaterThan(1);
        expect(dataCalls).toBeLessThan(10);
      });
    },
    60_000,
  );

  test.each([
    ['a 500', { kind: 'server-error', status: 500 }],
    ['a 503', { kind: 'server-error', status: 503 }],
    ['a cut connection', { kind: 'cut-before-headers' }],
    ['half an answer', { kind: 'cut-mid-body' }],
    ['half a JSON', { kind: 'malformed-json' }],
    ['a 429 that says one second', { kind: 'rate-limit', retryAfter: 1 }],
    ['a 429 that says a date', { kind: 'rate-limit', retryAfter: 'date' }],
  ] as [string, FaultSpec][])(
    'answers %s once: nobody notices',
    async (_, fault) => {
      await ground.everywhere({ ...fault, times: 1 }, async (integration) => {
        const { data, error } = await ground.load(integration);
        expect(error).toBeUndefined();
        expect(data?.items).toHaveLength(5);
      });
    },
    60_000,
  );

  test.each([400, 403, 404])('refuses every request with %i: provider-rejected, each list requested once', async (status) => {
    await ground.everywhere({ kind: 'server-error', status }, async (integration) => {
      const answer = await ground.load(integration);
      // Slack's errors come with 200; another status is no answer of Slack's.
      if (integration === 'slack') expect(answer.response.status).toBe(502);
      else expectProblem(answer, 'provider-rejected', 502);
      const lists = { notion: 2, airtable: 2, hubspot: 4, slack: 0 };
      if (integration !== 'slack') {
        expect((await ground.standIns.log(integration)).dataCalls).toBe(lists[integration]);
      }
    });
  });
});

describe('while a provider limits the number of calls', () => {
  test('a long wait is handed on at once', async () => {
    const began = performance.now();
    await ground.everywhere({ kind: 'rate-limit', retryAfter: 300 }, async (integration) => {
      const answer = await ground.load(integration);
      expectProblem(answer, 'provider-rate-limited', 503);
      expect(retryAfterOf(answer)).toBeGreaterThan(290);
      expect(retryAfterOf(answer)).toBeLessThanOrEqual(300);
    });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.each([
    ['airtable', 'billing'],
    ['notion', 'public_api_request_blocked'],
    ['hubspot', 'daily'],
  ] as const)('%s: %s is not tried again', async (provider, reason) => {
    await ground.standIns.fault({ provider, on: 'data', kind: 'rate-limit', reason });
    const answer = await ground.load(provider);
    expect([502, 503]).toContain(answer.response.status);
    expect(answer.error?.slug).toMatch(/^provider-(rate-limited|rejected)$/);
    expect((await ground.standIns.log(provider)).dataCalls).toBe(1);
    expect((await ground.stored(provider)).status).toBe('active');
  });

  test('hubspot: an account that is being moved (477) hands on when to come again', async () => {
    await ground.standIns.fault({ provider: 'hubspot', on: 'data', kind: 'server-error', status: 477 });
    const answer = await ground.load('hubspot');
    expect([502, 503]).toContain(answer.response.status);
    expect(Number(answer.response.headers.get('retry-after'))).toBeGreaterThan(3500);
  });
});

describe('while a person connects, a token endpoint that', () => {
  test.each([
    ['answers 500', { kind: 'server-error', status: 500 }],
    ['answers half a JSON', { kind: 'malformed-json' }],
    ['answers a web page', { kind: 'html', status: 200 }],
    ['cuts the connection', { kind: 'cut-before-headers' }],
    ['limits the number of calls', { kind: 'rate-limit' }],
  ] as [string, FaultSpec][])(
    '%s: a failure that says so, and no connection',
    async (_, fault) => {
      await Promise.all(INTEGRATIONS.map((provider) => ground.standIns.fault({ provider, on: 'token', ...fault })));
      for (const integration of INTEGRATIONS) {
        const user = someone();
        const outcome = await authorize(ground.causeway, integration, user);
        expect(outcome.message).toMatchObject({ type: 'failed', integration });
        expect([502, 503, 504]).toContain(outcome.status);
        expect(slugOf(outcome)).toMatch(/^(authorization-failed|provider-(unavailable|rate-limited|timeout))$/);
        const { data } = await ground.causeway.GET('/connections', { params: { query: user } });
        expect(data?.connections).toEqual([]);
      }
    },
    60_000,
  );
});
