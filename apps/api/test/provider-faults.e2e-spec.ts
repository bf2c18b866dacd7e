import { authorize } from './support/connect.js';
import { type FaultSpec, type FaultyEnvironment, startFaultyEnvironment } from './support/faulty-environment.js';
import { expectProblem, retryAfterOf, slugOf } from './support/problems.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { someone } from './support/users.js';

let environment: FaultyEnvironment;
beforeAll(async () => {
  environment = await startFaultyEnvironment();
});
afterAll(() => environment?.stop());
beforeEach(async () => {
  await environment.mockProviders.clearFaults();
  await environment.mockProviders.clearLog();
});

describe('a provider that', () => {
  test.each([
    ['responds with 500', { kind: 'server-error', status: 500 }],
    ['responds with 502', { kind: 'server-error', status: 502 }],
    ['responds with 503', { kind: 'server-error', status: 503 }],
    ['cuts the connection', { kind: 'cut-before-headers' }],
    ['cuts the response body', { kind: 'cut-mid-body' }],
    ['sends half of its JSON', { kind: 'malformed-json' }],
    ['sends a web page with status 200', { kind: 'html', status: 200 }],
    ['sends a web page with status 502', { kind: 'html', status: 502 }],
  ] as [string, FaultSpec][])(
    '%s: provider-unavailable after some retries, and nothing stored changes',
    async (_, fault) => {
      await environment.everywhere(fault, async (integration) => {
        expectProblem(await environment.load(integration), 'provider-unavailable', 502);
        const { dataCalls } = await environment.mockProviders.log(integration);
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
    ['half a response body', { kind: 'cut-mid-body' }],
    ['half a JSON', { kind: 'malformed-json' }],
    ['a 429 with a Retry-After of one second', { kind: 'rate-limit', retryAfter: 1 }],
    ['a 429 with a Retry-After date', { kind: 'rate-limit', retryAfter: 'date' }],
  ] as [string, FaultSpec][])(
    'sends %s once: the load succeeds after a retry',
    async (_, fault) => {
      await environment.everywhere({ ...fault, times: 1 }, async (integration) => {
        const { data, error } = await environment.load(integration);
        expect(error).toBeUndefined();
        expect(data?.items).toHaveLength(5);
      });
    },
    60_000,
  );

  test.each([400, 403, 404])(
    'rejects every request with %i: provider-rejected, each list requested once',
    async (status) => {
      await environment.everywhere({ kind: 'server-error', status }, async (integration) => {
        const result = await environment.load(integration);
        // Slack sends its errors with 200; another status is no response of its API.
        if (integration === 'slack') expect(result.response.status).toBe(502);
        else expectProblem(result, 'provider-rejected', 502);
        const lists = { notion: 2, airtable: 2, hubspot: 4, slack: 0 };
        if (integration !== 'slack') {
          expect((await environment.mockProviders.log(integration)).dataCalls).toBe(lists[integration]);
        }
      });
    },
  );
});

describe('a provider that limits the number of requests', () => {
  test('passes a long Retry-After to the caller at once', async () => {
    const began = performance.now();
    await environment.everywhere({ kind: 'rate-limit', retryAfter: 300 }, async (integration) => {
      const result = await environment.load(integration);
      expectProblem(result, 'provider-rate-limited', 503);
      expect(retryAfterOf(result)).toBeGreaterThan(290);
      expect(retryAfterOf(result)).toBeLessThanOrEqual(300);
    });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.each([
    ['airtable', 'billing'],
    ['notion', 'public_api_request_blocked'],
    ['hubspot', 'daily'],
  ] as const)('%s: %s is not retried', async (provider, reason) => {
    await environment.mockProviders.fault({ provider, on: 'data', kind: 'rate-limit', reason });
    const result = await environment.load(provider);
    expect([502, 503]).toContain(result.response.status);
    expect(result.error?.slug).toMatch(/^provider-(rate-limited|rejected)$/);
    expect((await environment.mockProviders.log(provider)).dataCalls).toBe(1);
    expect((await environment.stored(provider)).status).toBe('active');
  });

  test('hubspot: the Retry-After of an account that is being moved (477) goes to the caller', async () => {
    await environment.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'server-error', status: 477 });
    const result = await environment.load('hubspot');
    expect([502, 503]).toContain(result.response.status);
    expect(Number(result.response.headers.get('retry-after'))).toBeGreaterThan(3500);
  });
});

describe('while a user connects, a token endpoint that', () => {
  test.each([
    ['responds with 500', { kind: 'server-error', status: 500 }],
    ['sends half of its JSON', { kind: 'malformed-json' }],
    ['sends a web page', { kind: 'html', status: 200 }],
    ['cuts the connection', { kind: 'cut-before-headers' }],
    ['limits the number of requests', { kind: 'rate-limit' }],
  ] as [string, FaultSpec][])(
    '%s: the callback page names the problem, and there is no connection',
    async (_, fault) => {
      await Promise.all(
        INTEGRATIONS.map((provider) => environment.mockProviders.fault({ provider, on: 'token', ...fault })),
      );
      for (const integration of INTEGRATIONS) {
        const user = someone();
        const outcome = await authorize(environment.causeway, integration, user);
        expect(outcome.message).toMatchObject({ type: 'failed', integration });
        expect([502, 503, 504]).toContain(outcome.status);
        expect(slugOf(outcome)).toMatch(/^(authorization-failed|provider-(unavailable|rate-limited|timeout))$/);
        const { data } = await environment.causeway.GET('/connections', { params: { query: user } });
        expect(data?.connections).toEqual([]);
      }
    },
    60_000,
  );
});
