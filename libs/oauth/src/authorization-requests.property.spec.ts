import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  AuthorizationRequests,
  stateCookieName,
  type AuthorizationRequest,
  type BegunAuthorization,
} from '@causeway/oauth';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261120 });

const EXPIRED = { slug: 'attempt-expired' };
const keyring = new Keyring([{ id: 'k', secret: randomBytes(32) }]);

const text = fc.string({ unit: 'grapheme', maxLength: 50 });
const purpose: fc.Arbitrary<AuthorizationRequest> = fc.record({
  integration: text,
  orgId: text,
  userId: text,
  scopes: fc.array(text, { maxLength: 5 }),
  returnTo: fc.option(fc.webUrl()),
  popupReturnTo: fc.option(fc.webUrl()),
  connectionId: fc.option(text),
  finish: fc.constantFrom('caller', 'none'),
  orgName: fc.option(text),
  userName: fc.option(text),
});

describe('AuthorizationRequests', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let requests: AuthorizationRequests;
  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
    requests = new AuthorizationRequests(store, keyring, { user: 1_000, organization: 1_000 });
  });
  afterAll(() => remove());

  const open = async (wanted: AuthorizationRequest) => {
    const begun = await requests.begin((await requests.create(wanted)).sealedRequest);
    if (begun === null) throw new Error('waits for a person');
    return begun;
  };
  /** A browser that sends this value for every cookie. */
  const presents = (value: string | undefined) => () => value;

  it('returns every request unchanged for its own state and cookie', async () => {
    await fc.assert(
      fc.asyncProperty(purpose, async (wanted) => {
        const { state, cookie, codeVerifier } = await open(wanted);
        const taken = await requests.consume(wanted.integration, state, (name) =>
          name === cookie.name ? cookie.value : undefined,
        );
        expect(taken).toMatchObject({ ...wanted, codeVerifier });
      }),
      { numRuns: 100 },
    );
  });

  it('no other state and cookie consumes a request', async () => {
    const wanted: AuthorizationRequest = {
      integration: 'anything',
      orgId: 'acme',
      userId: 'ann',
      scopes: [],
      returnTo: null,
      popupReturnTo: null,
      connectionId: null,
      finish: 'none',
      orgName: null,
      userName: null,
    };
    const begun = await open(wanted);
    const other = await open(wanted);
    const { sealedRequest } = await requests.create(wanted);
    const secret = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    /** Almost right: parts of state and cookie, exchanged, or with the border between the two moved. */
    const near = ({ state, cookie }: BegunAuthorization) =>
      fc.oneof(
        fc.constantFrom<[unknown, string | undefined]>(
          [state, undefined],
          [state, ''],
          [state, state],
          [cookie.value, state],
          [state, cookie.value.toLowerCase()],
          [`${state}.${cookie.value}`, ''],
          [`${state}.${cookie.value.slice(0, 5)}`, cookie.value.slice(5)],
          [state.slice(0, -1), `${state.slice(-1)}${cookie.value}`],
          [[state], cookie.value],
          [{ toString: () => state }, cookie.value],
          [state, other.cookie.value],
          [other.state, cookie.value],
          [sealedRequest, cookie.value],
          [sealedRequest, ''],
        ),
        fc.tuple(fc.constant<unknown>(state), secret),
        fc.tuple<[unknown, string]>(secret, fc.constant(cookie.value)),
      );
    const far = fc.tuple(fc.oneof(fc.anything(), fc.string()), fc.option(fc.string(), { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(near(begun), far), async ([state, cookie]) => {
        await expect(requests.consume('anything', state, presents(cookie))).rejects.toMatchObject(EXPIRED);
      }),
      { numRuns: 500 },
    );
    await expect(requests.consume('anything', begun.state, presents(begun.cookie.value))).resolves.toMatchObject(
      wanted,
    );
    await expect(requests.begin(sealedRequest)).resolves.toMatchObject({ request: wanted });
  });

  it('no other text begins a request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (sealedRequest) => {
        await expect(requests.begin(sealedRequest)).rejects.toMatchObject(EXPIRED);
      }),
    );
  });

  it('the cookie name has no character that is special in a cookie header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (state) => expect(stateCookieName(state)).toMatch(/^[\w-]+$/)),
    );
  });
});
