import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { freePort, startBrowser, startService, type Service } from '@causeway/testing';
import { installPacked, runBin } from './install.js';

let browser: Browser;
let vite: string;
let next: string;
beforeAll(async () => {
  [vite, next] = await Promise.all([installPacked('vite-app'), installPacked('next-app')]);
  browser = await startBrowser();
  // The first run downloads Next.js.
}, 300_000);
afterAll(() => browser?.close());

const start = (origin: string): Promise<Service> =>
  startService({ env: { CAUSEWAY_MODE: 'sandbox', WEB_ORIGINS: origin } });

async function allow(page: Page, button: string): Promise<void> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name: button }).click()]);
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
}

test('a Vite app connects and disconnects an account with the hooks', async () => {
  // In this order, as `npm run build` of a fresh Vite app.
  await runBin(vite, 'typescript/bin/tsc');
  await runBin(vite, 'vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://app.test').pathname);
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html');
    readFile(join(vite, 'dist', path === '/' ? 'index.html' : path)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = await start(origin);
  try {
    const page = await browser.newPage();
    await page.goto(`${origin}/?${new URLSearchParams({ user: 'ann', service: service.url })}`);
    await page.getByText('idle, events: open').waitFor();
    await allow(page, 'Connect HubSpot');
    await page.getByText('connected, events: open').waitFor();
    const accounts = page.getByRole('list', { name: 'Accounts' });
    const events = page.getByRole('list', { name: 'Events' });
    await accounts.getByRole('listitem').waitFor();
    await events.getByText('connection.created').waitFor();
    await accounts.getByRole('button', { name: 'Disconnect' }).click();
    await accounts.getByRole('listitem').waitFor({ state: 'detached' });
    await events.getByText('connection.deleted').waitFor();
  } finally {
    await service.stop();
    server.closeAllConnections();
    server.close();
  }
});

test('a Next.js app renders data on the server and connects an account with the button', async () => {
  const bin = 'next/dist/bin/next';
  // Turbopack follows no links out of the folder.
  await runBin(next, bin, ['build', '--webpack']);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const service = await start(origin);
  const app = spawn(process.execPath, [join(next, 'node_modules', bin), 'start', '--port', String(port)], {
    cwd: next,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', CAUSEWAY_URL: service.url },
  });
  const exited = once(app, 'exit');
  try {
    for await (const output of app.stdout) if (String(output).includes('Ready')) break;
    const html = await (await fetch(origin)).text();
    expect(html).toMatch(/<h2>HubSpot<\/h2><span data-causeway="not-connected"><button[^>]* disabled="">Connect/);
    const page = await browser.newPage();
    await page.goto(origin);
    await allow(page, 'Connect HubSpot');
    await page
      .getByRole('status')
      .getByText(/^HubSpot is connected: ./)
      .waitFor();
  } finally {
    app.kill();
    await Promise.all([exited, service.stop()]);
  }
}, 300_000);
