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

  const answer = (body: string | ReadableStream, type: string, status = 200) =>
    Promise.resolve(new Response(body, { status, headers: { 'content-type': type, 'x-request-id': 'a-7' } }));
  const JSON_TYPE = 'application/json; charset=utf-8';
  const failing = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{"integrations":['));
      controller.error(new TypeError('terminated'));
    },
  });

  test.each<[string, () => Promise<Response>, string, number]>([
    ['is a page of a gateway', () => answer('<html>', 'text/html', 502), 'A proxy answered', 502],
    ['is a text of a gateway', () => answer('no healthy upstream', 'text/plain', 503), 'A proxy answered', 503],
    ['is a page that asks for a sign-in', () => answer('<html>', 'text/html'), 'A proxy answered', 200],
    ['was cut within its JSON', () => answer('{"integrations":[', JSON_TYPE), 'The response was cut off', 200],
    ['was cut by the network', () => answer(failing, JSON_TYPE), 'The response was cut off', 200],
    ['is an error of something else', () => answer('{"error":"x"}', JSON_TYPE, 502), 'Unexpected response', 502],
    ['is empty', () => answer('', JSON_TYPE), 'Unexpected response', 200],
  ])('says what failed when the response %s', async (_, fetch, title, status) => {
    const request = { method: 'GET', path: '/integrations' };
    await expect(get(fetch)).rejects.toMatchObject({
      problem: { title: expect.stringMatching(`^${title}`), status, requestId: 'a-7', request },
    });
  });

  test('says what failed without its values, together with the problem that the service sent', async () => {
    const problem = {
      title: 'No',
      detail: 'There is none.',
      slug: 'unknown-connection',
      status: 404,
      requestId: 'b-8',
    };
    const client = createCauseway({ baseUrl: 'http://service.test', fetch: () => json(problem, 404) });
    const request = client.POST('/connections/{id}/check', { params: { path: { id: 'con_secret' } } });
    const error = await unwrap(request).catch((error: unknown) => error);
    expect(error).toMatchObject({
      problem: { ...problem, request: { method: 'POST', path: '/connections/{id}/check' } },
    });
    expect(JSON.stringify(error)).not.toContain('con_secret');
  });

  test('says what failed when there is no response', async () => {
    const cause = new TypeError('fetch failed');
    await expect(get(() => Promise.reject(cause))).rejects.toMatchObject({
      problem: { title: 'The service does not respond', request: { method: 'GET', path: '/integrations' } },
      cause,
    });
  });

  test('throws what the back end of the product says in place of a session', async () => {
    const noSession = new CausewayError({
      title: 'No session',
      detail: 'Its route responded with status 404.',
      status: 404,
    });
    const client = createCauseway({ baseUrl: 'http://service.test', sessionToken: () => Promise.reject(noSession) });
    await expect(unwrap(client.GET('/integrations'))).rejects.toBe(noSession);
  });

  test('throws the abort of the request', async () => {
    await expect(get(() => Promise.reject(new DOMException('', 'AbortError')))).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});
