import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openTemporaryStore } from '@causeway/testing';
import { HttpClient, UpstreamClient, type UpstreamError } from '@causeway/http-client';
import { RateLimiter, type RateLimit } from '@causeway/rate-limiter';
import { AirtableIntegration } from '../src/integrations/airtable/airtable.integration.js';
import { HubSpotIntegration } from '../src/integrations/hubspot/hubspot.integration.js';
import { NotionIntegration } from '../src/integrations/notion/notion.integration.js';
import { SlackIntegration } from '../src/integrations/slack/slack.integration.js';

const INTEGRATIONS = [AirtableIntegration, HubSpotIntegration, NotionIntegration, SlackIntegration].map(
  (Provider) => new Provider(),
);

const notion = (code: string, additional_data?: object) => ({ object: 'error', code, additional_data });
const hubspot = (policyName?: string) => ({ status: 'error', errorType: 'RATE_LIMIT', policyName });
const airtable = (error: string) => ({ errors: [{ error }] });
const seconds = (value: string | number) => ({ 'retry-after': String(value) });
const inAnHour = () => ({ 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() });
const ONCE = 1;
const AGAIN = 4;

/** What each provider's documentation says about a limit or an outage, and what becomes of a call that has no patience. */
const HINTS: [string, string, number, object | string, object, string, number | undefined, number][] = [
  // Notion
  ['notion', 'a limit', 429, notion('rate_limited'), seconds(17), 'rate-limited', 17_000, ONCE],
  ['notion', 'a limit with a date', 429, notion('rate_limited'), inAnHour(), 'rate-limited', 3_600_000, ONCE],
  ['notion', 'its own hint', 429, notion('rate_limited', { retry_after: '9' }), {}, 'rate-limited', 9_000, ONCE],
  ['notion', 'no hint', 429, notion('rate_limited'), {}, 'rate-limited', 10_000, ONCE],
  [
    'notion',
    'a blocked app',
    429,
    notion('rate_limited', { rate_limit_reason: 'public_api_request_blocked' }),
    {},
    'quota-exhausted',
    undefined,
    ONCE,
  ],
  ['notion', 'an overload', 529, notion('service_overload'), {}, 'rate-limited', 10_000, ONCE],
  ['notion', 'a conflict', 409, notion('conflict_error'), {}, 'unavailable', undefined, AGAIN],
  ['notion', 'a 503 that says when', 503, notion('service_unavailable'), seconds(40), 'unavailable', 40_000, ONCE],
  ['notion', 'a 504', 504, notion('gateway_timeout'), {}, 'unavailable', undefined, AGAIN],
  // Airtable
  ['airtable', 'a limit, always without a hint', 429, airtable('RATE_LIMIT_REACHED'), {}, 'rate-limited', 30_000, ONCE],
  [
    'airtable',
    'a month that is used up',
    429,
    airtable('PUBLIC_API_BILLING_LIMIT_EXCEEDED'),
    {},
    'quota-exhausted',
    undefined,
    ONCE,
  ],
  ['airtable', 'a plain 503', 503, 'Service Unavailable', seconds(25), 'unavailable', 25_000, ONCE],
  ['airtable', 'a plain 502', 502, 'Bad Gateway', {}, 'unavailable', undefined, AGAIN],
  // HubSpot
  ['hubspot', 'ten seconds used up', 429, hubspot('TEN_SECONDLY_ROLLING'), {}, 'rate-limited', 10_000, ONCE],
  ['hubspot', 'a second used up', 429, hubspot('SECONDLY'), {}, 'rate-limited', 1_000, ONCE],
  ['hubspot', 'a day used up', 429, hubspot('DAILY'), {}, 'quota-exhausted', undefined, ONCE],
  ['hubspot', 'no policy', 429, hubspot(), {}, 'rate-limited', 10_000, ONCE],
  ['hubspot', 'a lock', 423, { status: 'error' }, {}, 'unavailable', 2_000, ONCE],
  ['hubspot', 'a migration', 477, { status: 'error' }, seconds(86_400), 'unavailable', 86_400_000, ONCE],
  ['hubspot', 'a migration, plain', 477, 'Migrating', seconds(60), 'unavailable', 60_000, ONCE],
  ['hubspot', 'a 521 of its edge', 521, '<html>', {}, 'unavailable', undefined, AGAIN],
  // Slack
  ['slack', 'a limit', 429, { ok: false, error: 'ratelimited' }, seconds(30), 'rate-limited', 30_000, ONCE],
  ['slack', 'a limit in a 200', 200, { ok: false, error: 'ratelimited' }, {}, 'rate-limited', 30_000, ONCE],
  ['slack', 'an error in a 200', 200, { ok: false, error: 'internal_error' }, {}, 'unavailable', undefined, AGAIN],
  ['slack', 'a 500', 500, '<html>', {}, 'unavailable', undefined, AGAIN],
];

describe('what a provider says about trying again', () => {
  const http = new HttpClient();
  let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
  beforeAll(async () => {
    temporary = await openTemporaryStore();
  });
  afterAll(async () => {
    await http.close();
    await temporary.remove();
  });

  test.each(HINTS)('%s: %s (%i)', async (id, what, status, body, headers, reason, retryAfterMs, requests) => {
    const { definition, classify } = INTEGRATIONS.find((integration) => integration.definition.id === id)!;
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status, { ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const budgets = new RateLimiter(temporary.store);
    const budget: RateLimit = {
      rate: { limit: 100, periodMs: 1_000 },
      ref: { partition: 'p', key: `${id} ${what}` },
    };
    const error = await new UpstreamClient(http, budgets, Date.now, () => 0.01)
      .request({
        request: { method: 'GET', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, headers: {} },
        classify,
        rateLimit: budget,
        requester: { tenant: 'org', job: 'flow' },
        repeatable: true,
        defaultRetryAfterMs: definition.api.retryAfterSeconds * 1000,
        maxWaitMs: 500,
      })
      .then(
        () => undefined,
        (failure: unknown) => failure as UpstreamError,
      );
    server.close().closeAllConnections();
    expect(error?.reason).toBe(reason);
    if (retryAfterMs === undefined) expect(error?.context.retryAfterMs).toBeUndefined();
    else expect(Math.abs((error?.context.retryAfterMs ?? 0) - retryAfterMs)).toBeLessThanOrEqual(5_000);
    expect(asked).toBe(requests);
  });
});
