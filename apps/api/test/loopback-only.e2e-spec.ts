import { get } from 'node:http';
import type { Service } from '@causeway/testing';
import { startSandboxMode } from './support/sandbox-mode.js';

let service: Service;
beforeAll(async () => ({ service } = await startSandboxMode()));
afterAll(() => service?.stop());

/** Not by `fetch`, which has its own `Sec-Fetch-Mode`. */
const status = (headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(`${service.url}/connections`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

test.each([
  [
    'a page of another site',
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  ],
  ['a page without an origin', { origin: 'null' }],
  ['an image on a page of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
])('sandbox mode is closed to %s', async (_, headers) => {
  expect(await status(headers)).toBe(403);
});

test.each([
  ['a program', {}],
  ['its own page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  ['a configured origin', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  ['a link that a person follows', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
])('sandbox mode is open to %s', async (_, headers) => {
  expect(await status(headers)).toBe(200);
});
