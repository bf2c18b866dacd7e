import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import { startMockProviders, startService, type MockProvidersProcess, type Service } from '@causeway/testing';
import { Webhook } from 'standardwebhooks';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment } from './support/production.js';
import { raw } from './support/raw.js';

/** Receivers that mean harm, or are broken. */
let apart: MockProvidersProcess;
let service: Service;
let client: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  const env = { ...productionEnvironment(apart.mockProviders), WEBHOOK_PRIVATE_ADDRESSES: 'on' };
  service = await startService({ env });
  client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
}, 60_000);
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

const path = (id: string) => ({ params: { path: { id } } });

async function withReceiver(
  respond: RequestListener,
  use: (endpoint: { id: string; secret: string; url: string }) => Promise<void>,
) {
  const server: Server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { id, secret } = await unwrap(client.POST('/webhook-endpoints', { body: { url } }));
    await use({ id, secret, url });
    await client.DELETE('/webhook-endpoints/{id}', path(id));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const send = (id: string) => unwrap(client.POST('/webhook-endpoints/{id}/test', path(id)));

const MEGABYTE = Buffer.alloc(1024 * 1024, ' ');
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));

test.each<[string, RequestListener]>([
  ['one that does not end', (_, response) => void response.writeHead(200).write('{')],
  [
    'one without a limit',
    (_, response) => {
      const write = () => {
        while (!response.destroyed && response.write(MEGABYTE));
      };
      response.writeHead(200).on('drain', write);
      write();
    },
  ],
  ['a compressed one', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB)],
])('what a receiver responds with is not waited for, nor read: %s', async (_, respond) => {
  await withReceiver(respond, async ({ id }) => {
    const began = performance.now();
    // More than are attempted at an endpoint at once.
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(id)));
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set(['delivered']));
  });
  expect((await raw(`${service.url}/health/ready`)).response.status).toBe(200);
});

test.each<[string, RequestListener]>([
  ['headers that are too large', (_, response) => void response.writeHead(200, { secret: 'x'.repeat(60_000) }).end()],
  ['a connection that is cut', (request) => void request.socket.destroy()],
  ['no HTTP', (request) => void request.socket.end('SSH-2.0-secret\r\n')],
])('nothing of a response that cannot be read is shown: %s', async (_, respond) => {
  await withReceiver(respond, async ({ id }) => {
    const sent = await send(id);
    expect(sent).toMatchObject({ status: 'pending', attempts: [{ status: null, error: 'no response' }] });
  });
  expect(service.logs()).not.toMatch(/SSH-2\.0|xxxxxxxx/);
});

test('an attempt ends after 15 seconds', async () => {
  await withReceiver(
    () => undefined,
    async ({ id }) => {
      const sent = await send(id);
      expect(sent).toMatchObject({ status: 'pending', attempts: [{ status: null, error: 'timeout' }] });
      expect(sent.attempts[0]?.durationMs).toBeGreaterThan(14_000);
      expect(sent.attempts[0]?.durationMs).toBeLessThan(17_000);
    },
  );
}, 30_000);

test.each([301, 302, 303, 307, 308])('a redirect with %i is not followed', async (status) => {
  const paths: string[] = [];
  const respond: RequestListener = (request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(status, { location: '/elsewhere' }).end();
  };
  await withReceiver(respond, async ({ id }) => {
    expect(await send(id)).toMatchObject({ status: 'pending', attempts: [{ status }] });
    expect(paths).toEqual(['/']);
  });
});

test('all secrets of an overlap sign, and none after it', async () => {
  const received: { body: string; headers: Record<string, string> }[] = [];
  const respond: RequestListener = (request, response) => {
    void text(request).then((body) => {
      received.push({ body, headers: request.headers as Record<string, string> });
      response.writeHead(204).end();
    });
  };
  await withReceiver(respond, async ({ id, secret: first }) => {
    const rotate = async (body: { overlapSeconds?: number }) =>
      (await unwrap(client.POST('/webhook-endpoints/{id}/rotate-secret', { ...path(id), body }))).secret;
    const signers = async (...secrets: string[]) => {
      await send(id);
      const { body, headers } = received.at(-1) ?? { body: '', headers: {} };
      expect(headers['webhook-signature']?.split(' ')).toHaveLength(secrets.length);
      for (const secret of secrets)
        expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'endpoint.test' });
      return (secret: string) => expect(() => new Webhook(secret).verify(body, headers)).toThrow();
    };
    await signers(first);
    const second = await rotate({});
    await signers(second, first);
    const third = await rotate({ overlapSeconds: 2 });
    await signers(third, second, first);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const isRefused = await signers(third);
    isRefused(first);
    isRefused(second);
    const fourth = await rotate({ overlapSeconds: 0 });
    (await signers(fourth))(third);
  });
});

test.each([
  'https://hooks.example.com/\r\nx-injected: 1',
  'https://hooks.example.com/ a',
  ' https://hooks.example.com/',
  'https://hooks.example.com/\u0000',
  'https://h\u00f6\u00f6ks.example.com/',
  'https://user:password@hooks.example.com/',
  'ftp://hooks.example.com/',
  'https://',
  `https://hooks.example.com/${'x'.repeat(2_048)}`,
])('an address that is none is refused: %#', async (url) => {
  const request = { method: 'POST', type: 'application/json', body: JSON.stringify({ url }) };
  expectProblem(await raw(`${service.url}/webhook-endpoints`, request), 'invalid-request', 400);
});

test('a delivery that is asked for while it is attempted is not attempted again, and keeps its id', async () => {
  const ids: string[] = [];
  let finish = () => {};
  const isFinished = new Promise<void>((resolve) => (finish = resolve));
  const respond: RequestListener = (request, response) => {
    ids.push(String(request.headers['webhook-id']));
    const isFirst = ids.length === 1;
    void (isFirst ? Promise.resolve() : isFinished).then(() => response.writeHead(204).end());
  };
  await withReceiver(respond, async ({ id }) => {
    const { id: deliveryId } = await send(id);
    const params = { path: { id, deliveryId } };
    const redeliver = async () => {
      const path = '/webhook-endpoints/{id}/deliveries/{deliveryId}/redeliver' as const;
      return (await client.POST(path, { params })).response.status;
    };
    expect(await Promise.all(Array.from({ length: 10 }, redeliver))).toEqual(Array(10).fill(202));
    await eventually(() => expect(ids).toHaveLength(2));
    expect(await redeliver()).toBe(202);
    finish();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(ids).toEqual([deliveryId, deliveryId]);
  });
});
