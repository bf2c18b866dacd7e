import { randomBytes } from 'node:crypto';
import { AuthorizationRequests, stateCookieName, type AuthorizationRequest } from '@causeway/oauth';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';

const PURPOSE: AuthorizationRequest = {
  integration: 'anything',
  orgId: 'acme',
  userId: 'ann',
  scopes: ['one'],
  returnTo: null,
  connectionId: null,
};
const EXPIRED = { slug: 'attempt-expired' };
const keyring = new Keyring([{ id: 'k', secret: randomBytes(32) }]);

describe('AuthorizationRequests', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let now: number;
  let attempts: AuthorizationRequests;

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    now = Date.now();
    attempts = new AuthorizationRequests(store, keyring, () => now);
  });
  afterEach(() => remove());

  const open = async () => attempts.begin((await attempts.create(PURPOSE)).requestId);
  const browser = (...opened: Awaited<ReturnType<typeof open>>[]) => {
    const cookies = new Map(opened.map(({ cookie }) => [cookie.name, cookie.value]));
    return (name: string) => cookies.get(name);
  };

  it('comes back to the browser that it was opened in, once', async () => {
    const opened = await open();
    const attempt = await attempts.consume('anything', opened.state, browser(opened));
    expect(attempt).toMatchObject({ ...PURPOSE, codeVerifier: opened.codeVerifier });
    await expect(attempts.consume('anything', opened.state, browser(opened))).rejects.toMatchObject(EXPIRED);
  });

  it('is taken by one of many callbacks at the same moment', async () => {
    const opened = await open();
    const takes = await Promise.allSettled(
      Array.from({ length: 20 }, () => attempts.consume('anything', opened.state, browser(opened))),
    );
    expect(takes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('opens once', async () => {
    const { requestId } = await attempts.create(PURPOSE);
    await attempts.begin(requestId);
    await expect(attempts.begin(requestId)).rejects.toMatchObject(EXPIRED);
  });

  it('is not accepted from another browser, and stays good for its own', async () => {
    const [opened, other] = [await open(), await open()];
    const stolen = (name: string) => (name === stateCookieName(opened.state) ? other.cookie.value : undefined);
    await expect(attempts.consume('anything', opened.state, () => undefined)).rejects.toMatchObject(EXPIRED);
    await expect(attempts.consume('anything', opened.state, stolen)).rejects.toMatchObject(EXPIRED);
    await expect(attempts.consume('anything', opened.state, browser(opened))).resolves.toMatchObject(PURPOSE);
  });

  it('several tabs do not disturb each other', async () => {
    const tabs = [await open(), await open(), await open()];
    for (const tab of tabs.toReversed()) {
      await expect(attempts.consume('anything', tab.state, browser(...tabs))).resolves.toMatchObject(PURPOSE);
    }
  });

  it('does not work for another integration', async () => {
    const opened = await open();
    await expect(attempts.consume('another', opened.state, browser(opened))).rejects.toMatchObject(EXPIRED);
  });

  it.each([[undefined], [''], ['x'], [['a', 'b']], [{ state: 'x' }]])('knows no state %p', async (state) => {
    await expect(attempts.consume('anything', state, () => 'secret')).rejects.toMatchObject(EXPIRED);
  });

  it('lives ten minutes, from its start', async () => {
    const [requestId, opened] = [(await attempts.create(PURPOSE)).requestId, await open()];
    now += 10 * 60_000;
    await expect(attempts.begin(requestId)).rejects.toMatchObject(EXPIRED);
    await expect(attempts.consume('anything', opened.state, browser(opened))).rejects.toMatchObject(EXPIRED);
  });

  it('makes states and verifiers that every provider accepts', async () => {
    const { state, codeVerifier } = await open();
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(codeVerifier).toMatch(/^[\w-]{43}$/);
    expect(codeVerifier).not.toBe(state);
  });
});
