import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createCauseway } from '@causeway/client';
import { MockProviders, startBrowser, startService, type Service } from '@causeway/testing';
import { connect } from '../../api/test/support/connect.js';
import { eventually } from '../../api/test/support/eventually.js';
import { consentAfter, newUserId } from './support.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

let folder: string;
let product: Server;
let service: Service;
let browser: Browser;
let context: BrowserContext;
let origin: string;
let user: string;

beforeAll(async () => {
  folder = await mkdtemp(join(process.env['CAUSEWAY_TEST_FOLDER'] ?? tmpdir(), 'example-'));
  const vite = [
    'node_modules/vite/bin/vite.js',
    'build',
    'libs/react/example',
    '--config',
    'libs/react/example/vite.config.ts',
  ];
  product = createServer((request, response) => void answer(request.method, request.url ?? '/', response));
  await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(product.address() as AddressInfo).port}`;
  const env = { CAUSEWAY_MODE: 'sandbox', WEB_ORIGINS: origin };
  [service, browser] = await Promise.all([
    startService({ env }),
    startBrowser(),
    promisify(execFile)(process.execPath, [...vite, '--outDir', folder, '--emptyOutDir'], { cwd: ROOT }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  product.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  user = newUserId();
  context = await browser.newContext();
});
afterEach(() => context.close());

/** The back end of a product: serves its page, and creates a session for the signed-in user. */
async function answer(method: string | undefined, path: string, response: ServerResponse) {
  if (method === 'POST' && path === '/session') {
    const who = { orgId: 'acme', userId: user };
    const { data } = await createCauseway({ baseUrl: service.url }).POST('/sessions', { body: who });
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ service: service.url, ...who, ...data }));
    return;
  }
  const [file = ''] = path.split('?');
  const content = await readFile(join(folder, normalize(file === '/' ? '/index.html' : file))).catch(() => null);
  response.writeHead(content === null ? 404 : 200, { 'content-type': TYPES[extname(file)] ?? 'text/html' });
  response.end(content ?? '');
}

async function visit(): Promise<{ page: Page; tokens: Set<string | undefined> }> {
  const page = await context.newPage();
  const tokens = new Set<string | undefined>();
  page.on('request', (request) => {
    if (request.url().startsWith(service.url) && request.method() !== 'OPTIONS')
      tokens.add(request.headers()['authorization']?.slice(0, 11));
  });
  await page.goto(origin);
  return { page, tokens };
}

const says = (page: Page, sentence: RegExp) => page.getByRole('status').getByText(sentence).first().waitFor();

test('a page of another origin connects an account with a session token', async () => {
  const { page, tokens } = await visit();
  const popup = await consentAfter(page, 'Connect HubSpot');
  await says(page, /^Continue in the HubSpot window\.$/);
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
  await says(page, /^HubSpot is connected: .+/);
  expect([...tokens]).toEqual(['Bearer cws_']);
  await page.reload();
  await says(page, /^HubSpot is connected: .+/);
});

test('the dialog of the page disconnects what its button has connected', async () => {
  const { page } = await visit();
  const popup = await consentAfter(page, 'Connect HubSpot');
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
  await says(page, /^HubSpot is connected: .+/);
  await page.getByRole('button', { name: 'Manage your accounts' }).click();
  await page.getByRole('button', { name: /^HubSpot CRM Connected$/ }).click();
  await page.getByRole('button', { name: /^Disconnect ./ }).click();
  await page
    .getByRole('group', { name: /^Disconnect .+\?$/ })
    .getByRole('button', { name: 'Disconnect' })
    .click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Connect HubSpot' }).waitFor();
});

test('Deny and a closed popup are reported with a next step', async () => {
  const { page } = await visit();
  const popup = await consentAfter(page, 'Connect Notion');
  await popup.getByRole('button', { name: 'Deny' }).click();
  await says(page, /was not granted\. Connect again/);
  const again = await consentAfter(page, 'Connect Notion');
  await again.close();
  await says(page, /nothing was changed\. Press the button again/);
});

test('when popups are blocked, the page itself goes to the provider and returns connected', async () => {
  await context.addInitScript(() => (window.open = () => null));
  const { page } = await visit();
  await page.getByRole('button', { name: 'Connect Slack' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${origin}/**`);
  await says(page, /^Slack is connected: .+/);
  expect(page.url()).toBe(`${origin}/`);
});

test('a popup that has lost the page finishes on its own copy of the page, and closes', async () => {
  // The effect of a provider's Cross-Origin-Opener-Policy: there is no opener, and the popup looks closed.
  await context.addInitScript(() => {
    Object.defineProperty(window, 'opener', { value: null });
    const open = window.open.bind(window);
    window.open = (...how) => {
      const popup = open(...how);
      const value = (target: Window, key: string | symbol): unknown => {
        const found: unknown = key === 'closed' || Reflect.get(target, key);
        return typeof found === 'function' ? (found.bind(target) as unknown) : found;
      };
      // Whether it was blocked is asked at once.
      let asked = 0;
      return (
        popup &&
        new Proxy(popup, {
          get: (target, key) => (key === 'closed' && (asked += 1) === 1 ? false : value(target, key)),
        })
      );
    };
  });
  const { page } = await visit();
  const popup = await consentAfter(page, 'Connect HubSpot');
  await says(page, /nothing was changed/);
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
  await says(page, /^HubSpot is connected: .+/);
});

test('a revoked grant shows its reason and Reconnect without a reload', async () => {
  const { page } = await visit();
  const popup = await consentAfter(page, 'Connect HubSpot');
  const mockProviders = new MockProviders(new URL(popup.url()).origin);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, /^HubSpot is connected/);
  await mockProviders.revoke({ provider: 'hubspot' });
  const backEnd = createCauseway({ baseUrl: service.url });
  const query = { orgId: 'acme', userId: user };
  const { data } = await backEnd.GET('/connections', { params: { query } });
  const id = data?.connections[0]?.id ?? '';
  await backEnd.POST('/connections/{id}/check', { params: { path: { id } } });
  await page.getByRole('button', { name: 'Reconnect HubSpot' }).waitFor();
  const again = await consentAfter(page, 'Reconnect HubSpot');
  await again.getByRole('button', { name: 'Allow' }).click();
  await says(page, /^HubSpot is connected/);
  expect((await backEnd.GET('/connections', { params: { query } })).data?.connections.map((one) => one.id)).toEqual([
    id,
  ]);
});

/** How many streams the service has open. */
async function streams(): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^causeway_event_streams (\d+)$/m.exec(text)?.[1]);
}

test('seven tabs with four buttons each share one stream although each has a token of its own, and connect', async () => {
  const tabs: Page[] = [];
  for (let number = 0; number < 7; number += 1) {
    const { page } = await visit();
    await page.getByRole('button', { name: 'Connect HubSpot' }).waitFor();
    tabs.push(page);
  }
  await eventually(async () => expect(await streams()).toBe(1));
  const popup = await consentAfter(tabs[6] as Page, 'Connect HubSpot');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await Promise.all(tabs.map((page) => says(page, /^HubSpot is connected: .+/)));
  expect(await streams()).toBe(1);
});

test('two users of one browser have a stream each, and no tab is told of the other user', async () => {
  await context.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    window.BroadcastChannel = class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        this.addEventListener('message', ({ data }) => heard.push(JSON.stringify(data)));
      }
    };
  });
  const heardBy = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard.join('\n'));
  const users = [newUserId(), newUserId()] as const;
  const tabs: Page[] = [];
  for (const number of [0, 1, 0, 1] as const) {
    user = users[number];
    const { page } = await visit();
    await page.getByRole('button', { name: 'Connect HubSpot' }).waitFor();
    tabs.push(page);
  }
  const [ann, bob, anns, bobs] = tabs as [Page, Page, Page, Page];
  await eventually(async () => expect(await streams()).toBe(2));
  await connect(createCauseway({ baseUrl: service.url }), 'hubspot', { orgId: 'acme', userId: users[0] });
  await Promise.all([ann, anns].map((page) => says(page, /^HubSpot is connected/)));
  await connect(createCauseway({ baseUrl: service.url }), 'slack', { orgId: 'acme', userId: users[1] });
  await Promise.all([bob, bobs].map((page) => says(page, /^Slack is connected/)));
  expect(await heardBy(anns)).toContain(users[0]);
  expect(await heardBy(bobs)).toContain(users[1]);
  for (const page of tabs) {
    const heard = await heardBy(page);
    expect(heard).not.toContain(page === ann || page === anns ? users[1] : users[0]);
    expect(heard).not.toContain('cws_');
  }
});
