import { randomBytes } from 'node:crypto';
import { AuthorizationRequests, stateCookieName, type AuthorizationRequest } from '@causeway/oauth';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';

const REQUEST: AuthorizationRequest = {
  integration: 'anything',
  orgId: 'acme',
  userId: 'ann',
  scopes: ['one'],
  returnTo: null,
  popupReturnTo: null,
  connectionId: null,
  finish: 'none',
  orgName: null,
  userName: null,
};
const LIMITS = { user: 20, organization: 500 };
const EXPIRED = { slug: 'attempt-expired' };
const keyring = new Keyring([{ id: 'k', secret: randomBytes(32) }]);

describe('AuthorizationRequests', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let now: number;
  let requests: AuthorizationRequests;

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    now = Date.now();
    requests = new AuthorizationRequests(store, keyring, LIMITS, () => now);
  });
  afterEach(() => remove());

  const open = async () => {
    const begun = await requests.begin((await requests.create(REQUEST)).sealedRequest);
    if (begun === null) throw new Error('waits for a person');
    return begun;
  };
  const browser = (...begun: Awaited<ReturnType<typeof open>>[]) => {
    const cookies = new Map(begun.map(({ cookie }) => [cookie.name, cookie.value]));
    return (name: string) => cookies.get(name);
  };

  it('is consumed once, by the browser that began it', async () => {
    const begun = await open();
    const request = await requests.consume('anything', begun.state, browser(begun));
    expect(request).toMatchObject({ ...REQUEST, codeVerifier: begun.codeVerifier });
    await expect(requests.consume('anything', begun.state, browser(begun))).rejects.toMatchObject(EXPIRED);
  });

  it('is consumed by one of many concurrent callbacks', async () => {
    const begun = await open();
    const takes = await Promise.allSettled(
      Array.from({ length: 20 }, () => requests.consume('anything', begun.state, browser(begun))),
    );
    expect(takes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('begins once', async () => {
    const { sealedRequest } = await requests.create(REQUEST);
    await requests.begin(sealedRequest);
    await expect(requests.begin(sealedRequest)).rejects.toMatchObject(EXPIRED);
  });

  it('is rejected from another browser, and stays valid for its own', async () => {
    const [begun, other] = [await open(), await open()];
    const stolen = (name: string) => (name === stateCookieName(begun.state) ? other.cookie.value : undefined);
    await expect(requests.consume('anything', begun.state, () => undefined)).rejects.toMatchObject(EXPIRED);
    await expect(requests.consume('anything', begun.state, stolen)).rejects.toMatchObject(EXPIRED);
    await expect(requests.consume('anything', begun.state, browser(begun))).resolves.toMatchObject(REQUEST);
  });

  it('works in several tabs at the same time', async () => {
    const tabs = [await open(), await open(), await open()];
    for (const tab of tabs.toReversed()) {
      await expect(requests.consume('anything', tab.state, browser(...tabs))).resolves.toMatchObject(REQUEST);
    }
  });

  it('rejects the state of another integration, and stays valid for its own', async () => {
    const begun = await open();
    await expect(requests.consume('another', begun.state, browser(begun))).rejects.toMatchObject(EXPIRED);
    await expect(requests.consume('anything', begun.state, browser(begun))).resolves.toMatchObject(REQUEST);
  });

  describe('its result', () => {
    const end = async () => {
      const begun = await open();
      await requests.end(await requests.consume('anything', begun.state, browser(begun)), 'how it ended');
      return begun;
    };

    it('is read by the same browser for the same integration only', async () => {
      const begun = await end();
      for (let time = 0; time < 2; time += 1)
        expect(await requests.readResult('anything', begun.state, browser(begun))).toMatchObject({
          text: 'how it ended',
        });
      const stolen = (name: string) => (name === stateCookieName(begun.state) ? 'another secret' : undefined);
      await expect(requests.readResult('anything', begun.state, stolen)).rejects.toMatchObject(EXPIRED);
      await expect(requests.readResult('another', begun.state, browser(begun))).rejects.toMatchObject(EXPIRED);
      await expect(requests.readResult('anything', undefined, browser(begun))).rejects.toMatchObject(EXPIRED);
    });

    it('is awaited while the first callback runs', async () => {
      const begun = await open();
      const request = await requests.consume('anything', begun.state, browser(begun));
      const reading = requests.readResult('anything', begun.state, browser(begun));
      await requests.end(request, 'how it ended');
      expect(await reading).toMatchObject({ text: 'how it ended' });
    });

    it('does not exist before the request is consumed', async () => {
      const begun = await open();
      await expect(requests.readResult('anything', begun.state, browser(begun))).rejects.toMatchObject(EXPIRED);
    });

    it('is stored no longer than the request would have lived', async () => {
      const begun = await open();
      const request = await requests.consume('anything', begun.state, browser(begun));
      now += 10 * 60_000;
      await requests.end(request, 'too late');
      expect(await store.get(request.result)).not.toContain('too late');
    });
  });

  it.each([[undefined], [''], ['x'], [['a', 'b']], [{ state: 'x' }]])('rejects the unknown state %p', async (state) => {
    await expect(requests.consume('anything', state, () => 'secret')).rejects.toMatchObject(EXPIRED);
  });

  it('expires ten minutes after its creation', async () => {
    const [sealedRequest, begun] = [(await requests.create(REQUEST)).sealedRequest, await open()];
    now += 10 * 60_000;
    await expect(requests.begin(sealedRequest)).rejects.toMatchObject(EXPIRED);
    await expect(requests.consume('anything', begun.state, browser(begun))).rejects.toMatchObject(EXPIRED);
  });

  describe('that a person confirms', () => {
    const create = async () => (await requests.create({ ...REQUEST, finish: 'person' })).sealedRequest;
    const shown = async (sealedRequest: string) => {
      const { token, cookie } = await requests.confirmation(sealedRequest, () => undefined);
      return { token, cookies: (name: string) => (name === cookie.name ? cookie.value : undefined) };
    };

    it('does not begin without confirmation', async () => {
      const sealedRequest = await create();
      await expect(requests.begin(sealedRequest)).resolves.toBeNull();
      const { token, cookies } = await shown(sealedRequest);
      await expect(requests.confirm(sealedRequest, token, cookies)).resolves.toMatchObject({
        request: { orgId: 'acme' },
      });
    });

    it('is canceled once, by the browser that it was shown in, and does not begin then', async () => {
      const sealedRequest = await create();
      const [{ token, cookies }, other] = [await shown(sealedRequest), await shown(sealedRequest)];
      await expect(requests.cancel(sealedRequest, token, other.cookies)).rejects.toMatchObject(EXPIRED);
      await requests.cancel(sealedRequest, token, cookies);
      await expect(requests.cancel(sealedRequest, token, cookies)).rejects.toMatchObject(EXPIRED);
      await expect(requests.confirm(sealedRequest, other.token, other.cookies)).rejects.toMatchObject(EXPIRED);
      await expect(requests.confirmation(sealedRequest, cookies)).rejects.toMatchObject(EXPIRED);
    });
  });

  it('gives its finish code to its browser only, and stores it nowhere', async () => {
    const begun = await open();
    const { finishCode } = await requests.consume('anything', begun.state, browser(begun));
    expect(finishCode).toMatch(/^[\w-]{43}$/);
    expect([begun.state, begun.cookie.value]).not.toContain(finishCode);
    const other = await open();
    expect((await requests.consume('anything', other.state, browser(other))).finishCode).not.toBe(finishCode);
  });

  it('generates states and verifiers that every provider accepts', async () => {
    const { state, codeVerifier } = await open();
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(codeVerifier).toMatch(/^[\w-]{43}$/);
    expect(codeVerifier).not.toBe(state);
  });
});
