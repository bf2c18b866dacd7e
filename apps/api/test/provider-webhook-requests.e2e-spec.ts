import { connect as dial } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { startMockProviders, startService, type MockProvidersProcess, type Service } from '@causeway/testing';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { raw } from './support/raw.js';
import { signedBySlack } from './support/slack-events.js';
import { SECRETS, webhookEnvironment } from './support/subscribe.js';

/** Requests to the addresses for webhooks that no provider sends. */
let apart: MockProvidersProcess;
let service: Service;
beforeAll(async () => {
  apart = await startMockProviders();
  service = await startService({ env: webhookEnvironment(apart.mockProviders) });
}, 60_000);
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

const INTEGRATIONS = ['slack', 'notion', 'hubspot', 'airtable'];
const at = (integration: string) => `${service.url}/integrations/${integration}/webhook`;

/** The status line of the response to these bytes. */
async function exchange(...parts: string[]): Promise<string> {
  const socket = dial(service.port, '127.0.0.1');
  for (const part of parts) socket.write(part);
  return (await text(socket)).split('\r\n')[0] ?? '';
}

const head = (...headers: string[]) =>
  ['POST /integrations/slack/webhook HTTP/1.1', 'host: localhost', 'connection: close', ...headers, '', ''].join(
    '\r\n',
  );

/** What is no problem of the service is no error in its logs. */
const errors = () => service.logs().match(/"level":"(error|fatal)".*/g);

test.each([
  ['nothing', ''],
  ['no JSON', '\u0000\ud800{'],
  ['very deep JSON', '['.repeat(500_000)],
  ['deep objects', '{"webhook":'.repeat(90_000)],
  ['members of all objects', '{"__proto__":{"id":"ach1"},"constructor":1,"webhook":{"id":"__proto__"}}'],
  ['an id that is no key', `{"webhook":{"id":"ach1}:value:${'x'.repeat(100_000)}"}}`],
])('%s is rejected by every integration', async (_, body) => {
  for (const integration of INTEGRATIONS)
    expectProblem(await raw(at(integration), { method: 'POST', key: null, body }), 'webhook-rejected', 401);
  expect(errors()).toBeNull();
});

test('a signed body is read as it came, whatever its headers say of it', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data', ''])
    expect(
      await raw(at('slack'), { method: 'POST', key: null, body, type, headers: signedBySlack(SECRETS.slack, body) }),
    ).toMatchObject({ response: { status: 200 }, text: '{"challenge":"c"}' });
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('latin1');
  const headers = { 'content-encoding': 'gzip', ...signedBySlack(SECRETS.slack, packed) };
  expect((await raw(at('slack'), { method: 'POST', key: null, body: packed, headers })).response.status).toBeLessThan(
    500,
  );
});

test('a header that comes twice is none', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });
  const headers = Object.entries(signedBySlack(SECRETS.slack, body)).map(([name, value]) => `${name}: ${value}`);
  const length = `content-length: ${body.length}`;
  expect(await exchange(head(length, ...headers), body)).toBe('HTTP/1.1 200 OK');
  for (const header of headers)
    expect(await exchange(head(length, ...headers, header), body)).toBe('HTTP/1.1 401 Unauthorized');
});

test('a body that grows beyond the limit is not read to its end', async () => {
  const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
  expect(await exchange(head('transfer-encoding: chunked'), chunk, chunk)).toBe('HTTP/1.1 400 Bad Request');
  expect(await exchange(head('content-length: 1099511627776'), ' '.repeat(1_100_000))).toBe('HTTP/1.1 400 Bad Request');
});

test('a body that breaks off or does not come is no error of the service', async () => {
  const socket = dial(service.port, '127.0.0.1');
  socket.write(head('content-length: 100') + '{');
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.destroy();
  expect(await exchange(head('content-length: 100'), '{')).toBe('HTTP/1.1 408 Request Timeout');
  await eventually(() => expect(errors()).toBeNull());
}, 60_000);

test.each(['GET', 'PUT', 'DELETE'])('%s is no webhook', async (method) => {
  const { response } = await raw(at('slack'), { method, key: null });
  expect([404, 405]).toContain(response.status);
});
