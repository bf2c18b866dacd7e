import { jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sessionFrom } from './session-from.js';

let server: Server;
let url: string;
let sessions: number;
let status: number;
let lifetimeMs: number;
/** How far the clock of the back end is from this one. */
let clockMs: number;

beforeEach(async () => {
  [sessions, status, lifetimeMs, clockMs] = [0, 200, 900_000, 0];
  server = createServer((request, response) => {
    sessions += 1;
    const now = Date.now() + clockMs;
    const expiresAt = new Date(now + lifetimeMs).toISOString();
    response.writeHead(request.method === 'POST' ? status : 405, { date: new Date(now).toUTCString() });
    response.end(JSON.stringify({ id: 'ses', token: `token-${sessions}`, expiresAt }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('requests at the same time and later ones share a session', async () => {
  const getToken = sessionFrom(url);
  expect(await Promise.all([getToken(), getToken(), getToken()])).toEqual(['token-1', 'token-1', 'token-1']);
  expect(await getToken()).toBe('token-1');
  expect(sessions).toBe(1);
});

test('a session that is about to end is renewed, once for all requests', async () => {
  lifetimeMs = -2_000;
  const getToken = sessionFrom(url);
  expect(await getToken()).toBe('token-1');
  lifetimeMs = 900_000;
  expect(await Promise.all([getToken(), getToken()])).toEqual(['token-2', 'token-2']);
  expect(await getToken()).toBe('token-2');
});

test.each([-3_600_000, 3_600_000])('a clock that is wrong by %d ms renews nothing too early', async (ms) => {
  clockMs = ms;
  const getToken = sessionFrom(url);
  expect([await getToken(), await getToken()]).toEqual(['token-1', 'token-1']);
});

test('after a failure the next request tries again', async () => {
  status = 500;
  const getToken = sessionFrom(url);
  await expect(getToken()).rejects.toMatchObject({
    problem: { title: 'No session', detail: expect.stringContaining(`POST ${url}`), status: 500 },
  });
  status = 200;
  expect(await getToken()).toBe('token-2');
});

test('a session is renewed after the computer slept, where that stopped the monotonic clock', async () => {
  const getToken = sessionFrom(url);
  expect(await getToken()).toBe('token-1');
  const date = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 860_000);
  try {
    expect(await getToken()).toBe('token-2');
  } finally {
    date.mockRestore();
  }
});
