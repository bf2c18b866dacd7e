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
const NO_RETRY = 1;
const RETRIES = 4;

/** What each provider documents about limits and outages, and the failure of a request that may hardly wait. */
const HINTS: [string, string, number, object | string, object, string, number | undefined, number][] = [
  // Notion
  ['notion', 'a limit', 429, notion('rate_limited'), seconds(17), 'rate-limited', 17_000, NO_RETRY],
  ['notion', 'a limit with a date', 429, notion('rate_limited'), inAnHour(), 'rate-limited', 3_600_000, NO_RETRY],
  ['notion', 'its own hint', 429, notion('rate_limited', { retry_after: '9' }), {}, 'rate-limited', 9_000, NO_RETRY],
  ['notion', 'no hint', 429, notion('rate_limited'), {}, 'rate-limited', 10_000, NO_RETRY],
  ...[null, '', '-1', -1, '5 s', true, {}].map((retry_after): (typeof HINTS)[number] => [
    'notion',
    `a hint of its own that is ${JSON.stringify(retry_after)}`,
    429,
    notion('rate_limited', { retry_after }),
    {},
    'rate-limited',
    10_000,
    NO_RETRY,
  ]),
  ...['-1', '+5', '5,5', '1.5', 'soon'].map((header): (typeof HINTS)[number] => [
    'notion',
    `a Retry-After of ${header}`,
    429,
    notion('rate_limited'),
    seconds(header),
    'rate-limited',
    10_000,
    NO_RETRY,
  ]),
  [
    'notion',
    'a blocked app',
    429,
    notion('rate_limited', { rate_limit_reason: 'public_api_request_blocked' }),
    {},
    'quota-exhausted',
    undefined,
    NO_RETRY,
  ],
  ['notion', 'an overload', 529, notion('service_overload'), {}, 'rate-limited', 10_000, NO_RETRY],
  ['notion', 'a conflict', 409, notion('conflict_error'), {}, 'unavailable', undefined, RETRIES],
  ['notion', 'a 503 that says when', 503, notion('service_unavailable'), seconds(40), 'unavailable', 40_000, NO_RETRY],
  ['notion', 'a 504', 504, notion('gateway_timeout'), {}, 'unavailable', undefined, RETRIES],
  // Airtable
  [
    'airtable',
    'a limit, always without a hint',
    429,
    airtable('RATE_LIMIT_REACHED'),
    {},
    'rate-limited',
    30_000,
    NO_RETRY,
  ],
  [
    'airtable',
    'a monthly quota that is used up',
    429,
    airtable('PUBLIC_API_BILLING_LIMIT_EXCEEDED'),
    {},
    'quota-exhausted',
    undefined,
    NO_RETRY,
  ],
  ['airtable', 'a plain 503', 503, 'Service Unavailable', seconds(25), 'unavailable', 25_000, NO_RETRY],
  ['airtable', 'a plain 502', 502, 'Bad Gateway', {}, 'unavailable', undefined, RETRIES],
  // HubSpot
  ['hubspot', 'ten seconds used up', 429, hubspot('TEN_SECONDLY_ROLLING'), {}, 'rate-limited', 10_000, NO_RETRY],
  ['hubspot', 'a second used up', 429, hubspot('SECONDLY'), {}, 'rate-limited', 1_000, NO_RETRY],
  ['hubspot', 'a day used up', 429, hubspot('DAILY'), {}, 'quota-exhausted', undefined, NO_RETRY],
  ['hubspot', 'no policy', 429, hubspot(), {}, 'rate-limited', 10_000, NO_RETRY],
  ['hubspot', 'a lock', 423, { status: 'error' }, {}, 'unavailable', 2_000, NO_RETRY],
  ['hubspot', 'a migration', 477, { status: 'error' }, seconds(86_400), 'unavailable', 86_400_000, NO_RETRY],
  ['hubspot', 'a migration, plain', 477, 'Migrating', seconds(60), 'unavailable', 60_000, NO_RETRY],
  ['hubspot', 'a 521 of its edge', 521, '<html>', {}, 'unavailable', undefined, RETRIES],
  // Slack
  ['slack', 'a limit', 429, { ok: false, error: 'ratelimited' }, seconds(30), 'rate-limited', 30_000, NO_RETRY],
  ['slack', 'a limit in a 200', 200, { ok: false, error: 'ratelimited' }, {}, 'rate-limited', 30_000, NO_RETRY],
  ['slack', 'an error in a 200', 200, { ok: false, error: 'internal_error' }, {}, 'unavailable', undefined, RETRIES],
  ['slack', 'a 500', 500, '<html>', {}, 'unavailable', undefined, RETRIES],
];

describe('what a provider says about retries', () => {
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
    let received = 0;
    const server = createServer((_request, response) => {
      received += 1;
      response.writeHead(status, { ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const limiter = new RateLimiter(temporary.store);
    const rateLimit: RateLimit = {
      rate: { limit: 100, periodMs: 1_000 },
      ref: { partition: 'p', key: `${id} ${what}` },
    };
    const error = await new UpstreamClient(http, limiter, Date.now, () => 0.01)
      .request({
        request: { method: 'GET', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, headers: {} },
        classify,
        rateLimit,
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
    expect(received).toBe(requests);
  });
});
