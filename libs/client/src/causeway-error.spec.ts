import { readFileSync } from 'node:fs';
import { API_VERSION, CausewayError, createCauseway, unwrap } from './index.js';

const readText = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('names the version of the API in the code, the manifest and the README', () => {
  const { info } = JSON.parse(readText('../../../openapi/openapi.json')) as { info: { version: string } };
  expect(API_VERSION).toBe(info.version);
  const { version, description } = JSON.parse(readText('../package.json')) as { version: string; description: string };
  expect(description).toContain(`version ${API_VERSION}`);
  for (const readme of [readText('../README.md'), readText('../../react/README.md')])
    expect(readme.replace(/\s+/g, ' ')).toMatch(
      new RegExp(`Version ${version.replace(/\.\d+$/, '')} .* version ${API_VERSION} of the API`),
    );
});

describe('unwrap', () => {
  const get = (fetch: () => Promise<Response>) =>
    unwrap(createCauseway({ baseUrl: 'http://service.test', fetch }).GET('/integrations'));
  const json = (body: unknown, status = 200) => Promise.resolve(Response.json(body, { status }));

  test('resolves with the data', async () => {
    await expect(get(() => json({ integrations: [] }))).resolves.toEqual({ integrations: [] });
  });

  test('throws the problem that the service sent', async () => {
    const problem = { title: 'No', detail: 'Sign in again.', slug: 'unauthenticated', status: 401 };
    const error: unknown = await get(() => json(problem, 401)).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CausewayError);
    expect(error).toMatchObject({ problem, message: problem.detail });
  });

  test.each<[string, () => Promise<Response>, object]>([
    ['is no problem', () => json({ error: 'bad gateway' }, 502), { status: 502 }],
    ['is no JSON', () => Promise.resolve(new Response('<html>')), {}],
    ['is empty', () => Promise.resolve(new Response('', { headers: { 'content-length': '0' } })), { status: 200 }],
  ])('throws a problem of its own when the response %s', async (_, fetch, problem) => {
    await expect(get(fetch)).rejects.toMatchObject({
      problem: { title: 'The service sent an invalid response', ...problem },
    });
  });

  test('throws a problem of its own when there is no response', async () => {
    const cause = new TypeError('fetch failed');
    await expect(get(() => Promise.reject(cause))).rejects.toMatchObject({
      problem: { title: 'The service does not answer' },
      cause,
    });
  });

  test('throws the abort of the request', async () => {
    await expect(get(() => Promise.reject(new DOMException('', 'AbortError')))).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});
