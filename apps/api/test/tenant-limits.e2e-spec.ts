import type { RequestListener } from 'node:http';
import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { listen, type Listening } from './support/listen.js';
import { answerTo, begin } from './support/exchange.js';
import { AFRESH } from './support/load.js';
import { echo, say, startPlainProvider, type PlainProvider } from './support/plain-provider.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

const NDJSON = { accept: 'application/x-ndjson' };

let apart: MockProvidersProcess;
let provider: PlainProvider;
let service: Service;
let operator: CausewayClient;
let acme: User;
let other: User;
/** Of each user of one organization, and then of another one. */
let ofAcme: Connection[];
let ofOther: Connection;

beforeAll(async () => {
  [apart, provider] = await Promise.all([startMockProviders(), startPlainProvider()]);
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders, { NOTION_API_URL: provider.url });
  operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  [acme, other] = [someone(), someone()];
  const users = Array.from({ length: 5 }, (_, at) => ({ ...acme, userId: `user-${at}` }));
  ofAcme = await Promise.all(users.map((user) => connect(operator, 'notion', user)));
  ofOther = await connect(operator, 'notion', other);
});
afterAll(async () => {
  provider?.stop();
  await Promise.all([service?.stop(), apart?.stop()]);
});
beforeEach(() => {
  provider.seen = [];
  provider.answer = silence;
});

const silence: RequestListener = (request) => void request.on('error', () => {}).resume();
const JSON_BODY = { 'content-type': 'application/json' };
const noItems = say(200, JSON_BODY, '{"object":"list","results":[],"has_more":false}');

/** Requests that stay open until they are let go. */
class Held {
  private readonly abort = new AbortController();
  readonly all: Promise<unknown>[] = [];

  open(path: string, init: RequestInit = {}): void {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, ...(init.headers as Record<string, string>) };
    this.all.push(
      fetch(`${service.url}${path}`, { ...init, headers, signal: this.abort.signal }).catch(() => undefined),
    );
  }

  async release(): Promise<void> {
    this.abort.abort();
    await Promise.all(this.all);
  }
}

const tooMany = (of: string) => ({
  status: 429,
  slug: 'too-many-requests',
  retryAfter: expect.stringMatching(/^[1-9]\d*$/) as string,
  detail: expect.stringContaining(of) as string,
});

async function refusal(path: string, headers: Record<string, string> = {}, key: string = ADMIN_KEY) {
  const { response, error } = await raw(`${service.url}${path}`, { headers, key });
  return {
    status: response.status,
    slug: error?.slug,
    retryAfter: response.headers.get('retry-after'),
    detail: error?.detail,
  };
}

test('32 proxied calls of an organization are in flight at a time, and the next one is refused to that organization only', async () => {
  const held = new Held();
  for (let i = 0; i < 32; i += 1) held.open(`/connections/${ofAcme[i % 5]?.id}/proxy/v1/users/${i}`);
  await eventually(() => expect(provider.seen).toHaveLength(32));
  expect(await refusal(`/connections/${ofAcme[0]?.id}/proxy/v1/users`)).toEqual(tooMany('this organization'));
  expect(provider.seen).toHaveLength(32);
  provider.answer = echo;
  expect((await raw(`${service.url}/connections/${ofOther.id}/proxy/v1/users`)).response.status).toBe(200);
  await held.release();
  await eventually(async () => {
    const { response } = await raw(`${service.url}/connections/${ofAcme[0]?.id}/proxy/v1/users`);
    expect(response.status).toBe(200);
  });
});

test('8 loads of a user and 32 of an organization are streamed at a time', async () => {
  const held = new Held();
  const load = (at: number) => `/connections/${ofAcme[at]?.id}/items`;
  for (let i = 0; i < 8; i += 1) held.open(load(0), { headers: NDJSON });
  await eventually(() => expect(provider.seen.length).toBeGreaterThanOrEqual(8));
  expect(await refusal(load(0), NDJSON)).toEqual(tooMany('8 streamed loads of this user'));
  for (let i = 8; i < 32; i += 1) held.open(load(Math.floor(i / 8)), { headers: NDJSON });
  await eventually(() => expect(provider.seen.length).toBeGreaterThanOrEqual(32));
  expect(await refusal(load(4), NDJSON)).toEqual(tooMany('32 streamed loads of this organization'));
  held.open(`/connections/${ofOther.id}/items`, { headers: NDJSON });
  await eventually(() => expect(provider.seen.length).toBeGreaterThanOrEqual(33));
  await held.release();
  provider.answer = noItems;
  await eventually(async () => {
    const { response } = await raw(`${service.url}${load(0)}`, { headers: NDJSON });
    expect(response.status).toBe(200);
  });
});

test('64 pages of items of a user and 96 of an organization are loaded at a time', async () => {
  const held = new Held();
  const unanswered: (() => void)[] = [];
  provider.answer = (request, response) => void unanswered.push(() => noItems(request, response));
  const load = ({ id }: { id: string }, limit: number) => `/connections/${id}/items?limit=${limit}`;
  const [first, second, third] = ofAcme as [Connection, Connection, Connection];
  for (let limit = 1; limit <= 64; limit += 1) held.open(load(first, limit));
  await eventually(() => expect(provider.seen.length).toBeGreaterThanOrEqual(64));
  // What is equal to one that is being loaded shares its answer.
  held.open(load(first, 1));
  expect(await refusal(load(first, 65))).toEqual(tooMany('64 paged loads of this user'));
  const body = JSON.stringify({ ...acme, userId: 'user-0', limit: 65 });
  const asked = await raw(`${service.url}/integrations/notion/load`, {
    method: 'POST',
    type: 'application/json',
    body,
  });
  expect(asked.error?.slug).toBe('too-many-requests');
  for (let limit = 1; limit <= 32; limit += 1) held.open(load(second, limit));
  await eventually(() => expect(provider.seen.length).toBeGreaterThanOrEqual(96));
  expect(await refusal(load(third, 1), AFRESH)).toEqual(tooMany('96 paged loads of this organization'));
  held.open(load(ofOther, 1));
  await eventually(() => expect(provider.seen.length).toBeGreaterThanOrEqual(97));
  provider.answer = noItems;
  for (const answer of unanswered) answer();
  await Promise.all(held.all);
  expect((await raw(`${service.url}${load(first, 65)}`)).response.status).toBe(200);
}, 60_000);

test('a person connects while another tenant loads with all connections to that provider', async () => {
  const limits = { LIMIT_PAGED_LOADS_PER_USER: '200', LIMIT_PAGED_LOADS_PER_ORG: '200' };
  const apartService = await startProduction(apart.mockProviders, { AIRTABLE_API_URL: provider.url, ...limits });
  const client = createCauseway({ baseUrl: apartService.url, apiKey: ADMIN_KEY });
  const isLoad = ({ target }: { target: string }) => !target.includes('whoami');
  provider.answer = (request, response) =>
    (request.url?.includes('whoami') ? say(200, JSON_BODY, '{"id":"usrAnn"}') : silence)(request, response);
  const abort = new AbortController();
  try {
    const { id } = await connect(client, 'airtable', someone());
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, ...AFRESH };
    const loads = Array.from({ length: 140 }, () =>
      fetch(`${apartService.url}/connections/${id}/items`, { headers, signal: abort.signal }).catch(() => undefined),
    );
    await eventually(() => expect(provider.seen.filter(isLoad)).toHaveLength(128));
    expect((await connect(client, 'airtable', someone())).status).toBe('active');
    // None of them has ended, so the connect had a connection of its own.
    expect(provider.seen.filter(isLoad).length).toBe(128);
    abort.abort();
    await Promise.all(loads);
  } finally {
    await apartService.stop();
  }
}, 60_000);

describe('event streams', () => {
  const keyOf = async (orgIds: string[]): Promise<string> => {
    const { data } = await operator.POST('/keys', { body: { name: 'a test', scopes: ['connections:read'], orgIds } });
    return data?.key ?? '';
  };
  const events = () => `${service.url}/events`;

  test('20 of a key or session and 100 of an organization are open at a time', async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, () => keyOf([acme.orgId])));
    const open: Listening[] = [];
    for (const key of keys.slice(0, 5)) {
      const more = await Promise.all(Array.from({ length: 20 }, () => listen(events(), key)));
      open.push(...more);
      if (open.length === 20)
        expect(await refusal('/events', {}, key)).toEqual(tooMany('20 event streams of this key'));
    }
    expect(await refusal('/events', {}, keys[5])).toEqual(tooMany('100 event streams of this organization'));
    const elsewhere = await listen(events(), await keyOf([other.orgId]));
    expect(elsewhere.isOver()).toBe(false);
    for (const { stop } of [...open, elsewhere]) stop();
    await eventually(async () => (await listen(events(), keys[0] ?? '')).stop());
  });

  test('of a key of several organizations count for each of them', async () => {
    const third = someone();
    const keys = await Promise.all(Array.from({ length: 5 }, () => keyOf([acme.orgId, other.orgId])));
    const [ofOneOfThem, ofAnother] = await Promise.all([keyOf([other.orgId]), keyOf([third.orgId])]);
    const open: Listening[] = [];
    for (const key of keys) open.push(...(await Promise.all(Array.from({ length: 20 }, () => listen(events(), key)))));
    await expect(listen(events(), ofOneOfThem)).rejects.toThrow('100 event streams of this organization');
    open.push(await listen(events(), ofAnother));
    for (const { stop } of open) stop();
    await eventually(async () => (await listen(events(), ofOneOfThem)).stop());
  });

  test('of callers of all organizations leave half of them to the others', async () => {
    const small = await startProduction(apart.mockProviders, { LIMIT_EVENT_STREAMS: '4' });
    try {
      const ofAll = (query: string) => listen(`${small.url}/events${query}`, ADMIN_KEY);
      const open = [await ofAll(''), await ofAll(`?orgId=${acme.orgId}`)];
      await expect(ofAll(`?orgId=${other.orgId}`)).rejects.toThrow('2 event streams of callers of all organizations');
      const body = { name: 'a test', scopes: ['connections:read' as const], orgIds: [acme.orgId] };
      const { data } = await createCauseway({ baseUrl: small.url, apiKey: ADMIN_KEY }).POST('/keys', { body });
      open.push(await listen(`${small.url}/events`, data?.key ?? ''));
      for (const { stop } of open) stop();
    } finally {
      await small.stop();
    }
  });

  test('HEAD answers at once, and holds none', async () => {
    const key = await keyOf([acme.orgId]);
    for (let i = 0; i < 25; i += 1) {
      const { response } = await raw(events(), { method: 'HEAD', key });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ]);
    }
    const { response } = await raw(`${events()}?orgId=${other.orgId}`, { method: 'HEAD', key });
    expect(response.status).toBe(403);
    (await listen(events(), key)).stop();
  }, 20_000);
});

test('20 requests of a key or session and 100 of an organization wait for changes of a sync at a time', async () => {
  const { data: sync } = await operator.POST('/syncs', { body: { connectionId: ofAcme[0]?.id ?? '' } });
  const changes = (waitSeconds: number) => `/syncs/${sync?.id}/changes?waitSeconds=${waitSeconds}`;
  const keys = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const body = { name: 'a test', scopes: ['syncs:read' as const], orgIds: [acme.orgId] };
      return (await operator.POST('/keys', { body })).data?.key ?? '';
    }),
  );
  const held = new Held();
  for (const key of keys.slice(0, 5)) {
    const headers = { authorization: `Bearer ${key}` };
    for (let i = 0; i < 20; i += 1) held.open(changes(30), { headers });
    // One that finds room waits for a second, and may have taken that of one of the others.
    await eventually(async () => {
      const refused = await refusal(changes(1), {}, key);
      if (refused.status === 200) held.open(changes(30), { headers });
      expect(refused).toEqual(tooMany('waiting readers of this'));
    }, 25_000);
  }
  expect(await refusal(changes(1), {}, keys[0])).toEqual(tooMany('20 waiting readers of this key'));
  expect(await refusal(changes(1), {}, keys[5])).toEqual(tooMany('100 waiting readers of this organization'));
  expect((await raw(`${service.url}${changes(0)}`, { key: keys[0] ?? '' })).response.status).toBe(200);
  await held.release();
  await eventually(async () => {
    const { response } = await raw(`${service.url}${changes(1)}`, { key: keys[0] ?? '' });
    expect(response.status).toBe(200);
  });
  await operator.DELETE('/syncs/{id}', { params: { path: { id: sync?.id ?? '' } } });
}, 60_000);

test('an upload ends after the longest time, also one that moves', async () => {
  const other = await startProduction(apart.mockProviders, { NOTION_API_URL: provider.url, LIMIT_UPLOAD_SECONDS: '3' });
  const client = createCauseway({ baseUrl: other.url, apiKey: ADMIN_KEY });
  const { id } = await connect(client, 'notion', someone());
  const request = begin(other.url, `/connections/${id}/proxy/v1/files`, {
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked' },
  });
  const began = performance.now();
  const answered = answerTo(request);
  const moving = setInterval(() => request.write(Buffer.alloc(8 * 1024)), 100);
  const { statusCode } = await answered;
  clearInterval(moving);
  request.on('error', () => {}).destroy();
  expect(statusCode).toBe(408);
  expect(performance.now() - began).toBeGreaterThan(2_500);
  await other.stop();
}, 30_000);
