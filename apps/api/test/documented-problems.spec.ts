import { readFile } from 'node:fs/promises';

interface Document {
  paths: Record<
    string,
    Record<string, { security?: object[]; responses: Record<string, { description?: string; content?: object }> }>
  >;
}

const DOCUMENT = new URL('../../../openapi/openapi.json', import.meta.url);

/** Exempt from the rate limit: for health checks and monitoring. */
const NOT_RATE_LIMITED = [
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /metrics/summary',
  'POST /integrations/{integration}/webhook',
];
/** Responds without reading the store. */
const WITHOUT_STORE = ['GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /'];

async function routes() {
  const { paths } = JSON.parse(await readFile(DOCUMENT, 'utf8')) as Document;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security, responses }]) => {
      const slugs = Object.values(responses).flatMap(({ description = '', content = {} }) =>
        'application/problem+json' in content ? [...description.matchAll(/`([a-z-]+)`/g)].map(([, slug]) => slug) : [],
      );
      return { route: `${method.toUpperCase()} ${path}`, isClosed: security !== undefined, slugs };
    }),
  );
}

/** Routes that do not say that they may answer this. */
const silentOn = async (slug: string) =>
  (await routes()).filter(({ slugs }) => !slugs.includes(slug)).map(({ route }) => route);

test('every route that our rate limit may refuse says so', async () => {
  expect((await silentOn('too-many-requests')).sort()).toEqual(NOT_RATE_LIMITED.sort());
});

test('every route that needs the store says that it may be away', async () => {
  expect((await silentOn('store-unavailable')).sort()).toEqual(WITHOUT_STORE.sort());
});

test('every route that wants a key says how it refuses', async () => {
  const closed = (await routes()).filter(({ isClosed }) => isClosed);
  expect(closed.length).toBeGreaterThan(15);
  for (const { slugs } of closed) expect(slugs).toEqual(expect.arrayContaining(['unauthenticated', 'forbidden']));
});

test('every route that asks a provider says that it may be told to wait, or that this process ends', async () => {
  const asking = (await routes()).filter(({ slugs }) => slugs.includes('provider-unavailable'));
  expect(asking.map(({ route }) => route)).toEqual(
    expect.arrayContaining(['GET /connections/{id}/token', 'POST /connections/{id}/refresh']),
  );
  for (const { route, slugs } of asking)
    expect([route, ...slugs]).toEqual(expect.arrayContaining(['provider-rate-limited', 'shutting-down']));
});

test('no response lists a problem twice', async () => {
  for (const { route, slugs } of await routes()) expect([route, ...slugs]).toEqual([route, ...new Set(slugs)]);
});
