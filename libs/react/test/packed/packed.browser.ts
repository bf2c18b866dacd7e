import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createCauseway } from '@causeway/client';
import { freePort, startBrowser, startService } from '@causeway/testing';
import { installPacked, ROOT, runBin } from './install.js';
import { startProduct, type Product } from './serve.js';

let browser: Browser;
let vite: string;
let next: string;
beforeAll(async () => {
  [vite, next] = await Promise.all([installPacked('vite-app'), installPacked('next-app')]);
  browser = await startBrowser();
  // The first run downloads Next.js.
}, 300_000);
afterAll(() => browser?.close());

/** A file of `docs/examples`, for that service. */
async function copyExample(name: string, target: string, service: string): Promise<void> {
  const example = await readFile(join(ROOT, 'docs/examples', name), 'utf8');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, example.replace('http://localhost:8000', service));
}

async function withProduct(folder: string, run: (product: Product) => Promise<void>): Promise<void> {
  const product = await startProduct(folder);
  try {
    await run(product);
  } finally {
    await product.stop();
  }
}

/** In this order, as `npm run build` of a fresh Vite app. */
async function buildVite(): Promise<void> {
  await runBin(vite, 'typescript/bin/tsc');
  await runBin(vite, 'vite/bin/vite.js', ['build', '--logLevel', 'warn']);
}

async function allow(page: Page, button: string): Promise<void> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name: button }).click()]);
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
}

test('a Vite app connects and disconnects an account with the hooks', async () => {
  await buildVite();
  await withProduct(join(vite, 'dist'), async ({ origin, service }) => {
    const page = await browser.newPage();
    await page.goto(`${origin}/?${new URLSearchParams({ user: 'ann', service: service.url })}`);
    await page.getByText('idle, events: open').waitFor();
    await page.getByRole('button', { name: '+ HubSpot' }).waitFor();
    await allow(page, 'Connect HubSpot');
    await page.getByText('connected, events: open').waitFor();
    await page.getByText(/^HubSpot est connecté : ./).waitFor();
    const accounts = page.getByRole('list', { name: 'Accounts' });
    const events = page.getByRole('list', { name: 'Events' });
    await accounts.getByRole('listitem').waitFor();
    await events.getByText('connection.created').waitFor();
    await accounts.getByRole('button', { name: 'Disconnect' }).click();
    await accounts.getByRole('listitem').waitFor({ state: 'detached' });
    await events.getByText('connection.deleted').waitFor();
  });
});

test('the example for Vite connects an account in the dialog', async () => {
  await withProduct(join(vite, 'dist'), async ({ origin, service }) => {
    await copyExample('vite-react.tsx', join(vite, 'src/main.tsx'), service.url);
    await buildVite();
    const page = await browser.newPage();
    await page.goto(origin);
    await page.getByRole('button', { name: 'Connect your accounts' }).click();
    await allow(page, 'HubSpot CRM Connect');
    await page
      .getByRole('dialog')
      .getByText(/^HubSpot is connected: ./)
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    // The hook has heard of it.
    await page
      .getByRole('list', { name: 'Your accounts' })
      .getByText(/: active$/)
      .waitFor();
  });
});

test('the page of the first steps of embedding.md connects an account in sandbox mode, without a session', async () => {
  await withProduct(join(vite, 'dist'), async ({ origin, service }) => {
    const document = await readFile(join(ROOT, 'docs/embedding.md'), 'utf8');
    const app = /```tsx\n([^]*?)```/.exec(document)?.[1] ?? '';
    await writeFile(join(vite, 'src/app.tsx'), app.replace('http://localhost:8000', service.url));
    const main = `import { createRoot } from 'react-dom/client';
      import App from './app';
      createRoot(document.getElementById('root')!).render(<App />);`;
    await writeFile(join(vite, 'src/main.tsx'), main);
    await buildVite();
    const page = await browser.newPage();
    await page.goto(origin);
    await page.getByRole('button').click();
    await allow(page, 'HubSpot CRM Connect');
    await page
      .getByRole('dialog')
      .getByText(/^HubSpot is connected: ./)
      .waitFor();
    const { data } = await createCauseway({ baseUrl: service.url }).GET('/connections', {
      params: { query: { orgId: 'acme', userId: 'dora' } },
    });
    expect(data?.connections).toHaveLength(1);
  });
});

test('the example in plain HTML connects an account, without a bundler', async () => {
  const folder = await installPacked();
  await withProduct(folder, async ({ origin, service }) => {
    await copyExample('plain.html', join(folder, 'index.html'), service.url);
    const page = await browser.newPage();
    await page.goto(origin);
    await page.getByRole('button', { name: 'Connect your accounts' }).click();
    await allow(page, 'Notion Knowledge base Connect');
    await page
      .getByRole('dialog')
      .getByText(/^Notion is connected: ./)
      .waitFor();
    await page.locator('#connected').filter({ hasText: /./ }).waitFor();
  });
});

test('a Next.js app renders data on the server and connects an account with the button', async () => {
  const bin = 'next/dist/bin/next';
  const service = await startService({ env: { CAUSEWAY_MODE: 'sandbox' } });
  await copyExample('next.tsx', join(next, 'app/accounts/page.tsx'), service.url);
  // Turbopack follows no links out of the folder.
  await runBin(next, bin, ['build', '--webpack']);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  await service.restart({ CAUSEWAY_MODE: 'sandbox', WEB_ORIGINS: origin });
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

    // The example, which its server renders without a window.
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    expect(await (await fetch(`${origin}/accounts`)).text()).toContain('<causeway-connect');
    await page.goto(`${origin}/accounts`);
    await allow(page, 'Slack Communication Connect');
    const account = await page.locator('output').filter({ hasText: /./ }).innerText();
    await page.getByRole('list', { name: 'Slack accounts' }).getByText(account).waitFor();
    expect(faults).toEqual([]);
  } finally {
    app.kill();
    await Promise.all([exited, service.stop()]);
  }
}, 300_000);
