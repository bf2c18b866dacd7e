import { connect as dial } from 'node:net';
import { startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { startProduction } from './support/production.js';
import { raw } from './support/raw.js';

let apart: MockProvidersProcess;
let service: Service;
beforeAll(async () => {
  apart = await startMockProviders();
  service = await startProduction(apart.mockProviders);
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

/** Sends the beginning, then a byte a second for ever. @returns what came back, and after how long the connection was closed. */
function drip(beginning: string, byte: string): Promise<{ received: string; seconds: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = dial(service.port, '127.0.0.1', () => socket.write(beginning));
    let received = '';
    const dripping = setInterval(() => socket.write(byte), 1_000);
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(dripping);
      resolve({ received, seconds: (performance.now() - began) / 1000 });
    });
  });
}

const HEAD = 'POST /keys HTTP/1.1\r\nHost: localhost\r\n';

test('clients that send a byte at a time are let go, and keep nobody else waiting', async () => {
  const slow = [
    ...Array.from({ length: 100 }, () => drip(`${HEAD}X-Slow: `, 'a')),
    drip(`${HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`, ' '),
  ];
  const began = performance.now();
  for (let i = 0; i < 20; i++) expect((await raw(`${service.url}/health/live`)).response.status).toBe(200);
  expect(performance.now() - began).toBeLessThan(5_000);
  const ended = await Promise.all(slow);
  const heads = ended.slice(0, -1);
  for (const { received, seconds } of heads) {
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(seconds).toBeGreaterThan(8);
    expect(seconds).toBeLessThan(16);
  }
  expect(ended.at(-1)?.seconds).toBeGreaterThan(15);
  expect(ended.at(-1)?.seconds).toBeLessThan(27);
}, 60_000);
