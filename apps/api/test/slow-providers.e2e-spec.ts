import { authorize } from './support/connect.js';
import { type FaultyEnvironment, startFaultyEnvironment } from './support/faulty-environment.js';
import { someone } from './support/users.js';
import { expectProblem, retryAfterOf, slugOf } from './support/problems.js';

/** What takes as long as the service is patient. All of it begins at once, and each test waits for its part. */
let grounds: FaultyEnvironment[];
let neverAnswers: Promise<void>;
let noToken: Promise<void>;
let noHint: Promise<void>;
let overload: Promise<void>;
beforeAll(async () => {
  const started = await Promise.all([startFaultyEnvironment(), startFaultyEnvironment(), startFaultyEnvironment()]);
  grounds = started;
  const [silent, limiting, others] = started;

  neverAnswers = silent.everywhere({ kind: 'never-answers' }, async (integration) => {
    expectProblem(await silent.load(integration), 'provider-timeout', 504);
  });
  noHint = limiting.everywhere({ kind: 'rate-limit', retryAfter: 'none' }, async (integration) => {
    const answer = await limiting.load(integration);
    expectProblem(answer, 'provider-rate-limited', 503);
    expect(retryAfterOf(answer)).toBeGreaterThanOrEqual(1);
    expect(retryAfterOf(answer)).toBeLessThanOrEqual(60);
  });
  const noTokenFor = async () => {
    await others.mockProviders.fault({ provider: 'hubspot', on: 'token', kind: 'never-answers' });
    const user = someone();
    const outcome = await authorize(others.causeway, 'hubspot', user);
    expect([outcome.status, slugOf(outcome)]).toEqual([504, 'provider-timeout']);
    const { data } = await others.causeway.GET('/connections', { params: { query: user } });
    expect(data?.connections).toEqual([]);
  };
  noToken = noTokenFor();
  const overloaded = async () => {
    await others.mockProviders.fault({ provider: 'notion', on: 'data', kind: 'server-error', status: 529 });
    const { error, response } = await others.load('notion');
    expect([502, 503]).toContain(response.status);
    expect(error?.slug).toMatch(/^provider-(rate-limited|unavailable)$/);
  };
  overload = overloaded();
  for (const part of [neverAnswers, noToken, noHint, overload]) part.catch(() => {});
}, 60_000);
afterAll(() => Promise.all((grounds ?? []).map((environment) => environment.stop())));

test('answers provider-timeout and stores nothing if a provider never responds', () => neverAnswers, 90_000);

test('fails and makes no connection if a token endpoint never responds', () => noToken, 90_000);

test('answers with the documented wait if a 429 has no Retry-After', () => noHint, 90_000);

test('takes an overloaded Notion (529) as a rate limit or an outage, not as a rejection', () => overload, 90_000);
