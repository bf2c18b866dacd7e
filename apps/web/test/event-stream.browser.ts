import type { Page } from 'playwright-core';
import { createCauseway, type Connection } from '@causeway/client';
import { connect } from '../../api/test/support/connect.js';
import { eventually } from '../../api/test/support/eventually.js';
import { addressOf, cardOf, newUserId, open } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment();

const backEnd = () => createCauseway({ baseUrl: environment.service.url });
const user = (userId = newUserId()) => ({ orgId: 'acme', userId });

/** How many streams the service has open. */
async function streams(): Promise<number> {
  const text = await (await fetch(`${environment.service.url}/metrics`)).text();
  return Number(/^causeway_event_streams (\d+)$/m.exec(text)?.[1]);
}

async function tabOf(userId: string): Promise<Page> {
  const { page } = await open(environment.context, addressOf(environment.service.url, userId, 'hubspot'));
  await isNotConnected(page);
  return page;
}

const isConnected = (page: Page) => cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
const isNotConnected = (page: Page) => cardOf(page, 'HubSpot').getByText('Not connected').waitFor();

const disconnect = ({ id }: Connection) => backEnd().DELETE('/connections/{id}', { params: { path: { id } } });

/** Browsers hide a tab behind another one, and freeze it; a browser without a screen does neither. */
const setVisible = (page: Page, isVisible: boolean) =>
  page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isVisible ? 'visible' : 'hidden',
  );

test('seven tabs, of two users and the admin page, share one stream, and each is live and responds', async () => {
  const [ann, bob] = [user(), user()];
  const tabs: Page[] = [];
  for (const { userId } of [ann, bob, ann, bob, ann, ann]) tabs.push(await tabOf(userId));
  const { page: admin } = await open(environment.context, `${environment.service.url}/admin`);
  await admin.getByText('Live', { exact: true }).waitFor();
  await eventually(async () => expect(await streams()).toBe(1));

  const connection = await connect(backEnd(), 'hubspot', ann);
  await admin.getByRole('cell', { name: ann.userId, exact: true }).waitFor();
  const [first, ofBob, second, , , last] = tabs as [Page, Page, Page, Page, Page, Page];
  await Promise.all([first, second, last].map(isConnected));
  await isNotConnected(ofBob);
  await last.getByRole('button', { name: 'Check', exact: true }).click();
  await last.getByRole('status').getByText('Checked just now').waitFor();

  // Also what was connected after the stream had to be widened.
  const ofBobs = await connect(backEnd(), 'hubspot', bob);
  await isConnected(ofBob);
  await Promise.all([connection, ofBobs].map(disconnect));
  await Promise.all([isNotConnected(last), isNotConnected(ofBob)]);
  expect(await streams()).toBe(1);
});

test('when the tab that has the stream is closed, another takes over and misses no event', async () => {
  const ann = user();
  const leader = await tabOf(ann.userId);
  const heir = await tabOf(ann.userId);
  const third = await tabOf(ann.userId);
  await eventually(async () => expect(await streams()).toBe(1));
  // Holds the new stream back until the event has happened.
  let release = () => {};
  const happened = new Promise<void>((resolve) => (release = resolve));
  const lastEventIds: (string | undefined)[] = [];
  await environment.context.route(/\/events(\?|$)/, async (route) => {
    lastEventIds.push(route.request().headers()['last-event-id']);
    await happened;
    await route.continue();
  });
  await leader.close();
  await eventually(async () => expect([lastEventIds.length, await streams()]).toEqual([1, 0]));
  await connect(backEnd(), 'hubspot', ann);
  release();
  await Promise.all([heir, third].map(isConnected));
  expect(lastEventIds).toEqual([expect.stringMatching(/-\d+$/)]);
  expect(await streams()).toBe(1);
});

test('a tab that is frozen gives the stream to another one, and is live again when it is shown', async () => {
  const ann = user();
  const leader = await tabOf(ann.userId);
  const heir = await tabOf(ann.userId);
  await eventually(async () => expect(await streams()).toBe(1));
  const takenOver = heir.waitForRequest(/\/events(\?|$)/);
  await setVisible(leader, false);
  await leader.evaluate(() => document.dispatchEvent(new Event('freeze')));
  await takenOver;
  await connect(backEnd(), 'hubspot', ann);
  await isConnected(heir);
  await isNotConnected(leader);
  await setVisible(leader, true);
  await isConnected(leader);
  await eventually(async () => expect(await streams()).toBe(1));
});

test('a tab that does not respond loses the stream, and a tab that does respond keeps it', async () => {
  const ann = user();
  const leader = await tabOf(ann.userId);
  const heir = await environment.context.newPage();
  await heir.clock.install();
  await heir.goto(addressOf(environment.service.url, ann.userId, 'hubspot'));
  await isNotConnected(heir);
  const requests: string[] = [];
  heir.on('request', (request) => requests.push(new URL(request.url()).pathname));
  /** The heir hears nothing for so long, and then its question gets a response or does not. */
  const wait = async () => {
    await heir.clock.fastForward(13_000);
    await heir.evaluate(() => new Promise((resolve) => queueMicrotask(() => resolve(null))));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await heir.clock.fastForward(3_500);
  };
  await wait();
  await connect(backEnd(), 'hubspot', ann);
  await isConnected(heir);
  expect(requests).not.toContain('/events');

  // As from a tab whose scripts are held up.
  await leader.evaluate(() => (BroadcastChannel.prototype.postMessage = () => {}));
  await wait();
  await eventually(async () => expect(requests).toContain('/events'));
  await eventually(async () => expect(await streams()).toBe(1));
  await connect(backEnd(), 'notion', ann);
  await Promise.all(
    [leader, heir].map((page) => cardOf(page, 'Notion').getByText('Connected', { exact: true }).waitFor()),
  );
});

test('a tab that is hidden for a minute has no stream, and shows what has changed when it is shown again', async () => {
  const ann = user();
  const page = await environment.context.newPage();
  await page.clock.install();
  await page.goto(addressOf(environment.service.url, ann.userId, 'hubspot'));
  await isNotConnected(page);
  await eventually(async () => expect(await streams()).toBe(1));
  await setVisible(page, false);
  await page.clock.fastForward(50_000);
  expect(await streams()).toBe(1);
  await page.clock.fastForward(15_000);
  await eventually(async () => expect(await streams()).toBe(0));
  await connect(backEnd(), 'hubspot', ann);
  await isNotConnected(page);
  await setVisible(page, true);
  await isConnected(page);
  expect(await streams()).toBe(1);
});

test('without Web Locks, a tab has a stream of its own', async () => {
  // Browsers have them on secure pages only.
  await environment.context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'locks'));
  const ann = user();
  const tabs = [await tabOf(ann.userId), await tabOf(ann.userId)];
  await eventually(async () => expect(await streams()).toBe(2));
  await connect(backEnd(), 'hubspot', ann);
  await Promise.all(tabs.map(isConnected));
});
