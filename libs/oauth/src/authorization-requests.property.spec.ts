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
  connectionId: fc.option(text),
});

describe('AuthorizationRequests', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let attempts: AuthorizationRequests;
  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
    attempts = new AuthorizationRequests(store, keyring);
  });
  afterAll(() => remove());

  const open = async (wanted: AuthorizationRequest) => attempts.begin((await attempts.create(wanted)).requestId);
  /** A browser that presents this, whatever it is asked for. */
  const presents = (value: string | undefined) => () => value;

  it('gives back every purpose as it was, to the state and cookie that were made for it', async () => {
    await fc.assert(
      fc.asyncProperty(purpose, async (wanted) => {
        const { state, cookie, codeVerifier } = await open(wanted);
        const taken = await attempts.consume(wanted.integration, state, (name) =>
          name === cookie.name ? cookie.value : undefined,
        );
        expect(taken).toMatchObject({ ...wanted, codeVerifier });
      }),
      { numRuns: 100 },
    );
  });

  it('no other state and cookie opens one, and none of them takes it away', async () => {
    const wanted: AuthorizationRequest = {
      integration: 'anything',
      orgId: 'acme',
      userId: 'ann',
      scopes: [],
      returnTo: null,
      connectionId: null,
    };
    const opened = await open(wanted);
    const other = await open(wanted);
    const { requestId } = await attempts.create(wanted);
    const secret = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    /** Close to the right ones: parts of them, each other's, and with a part moved over the border between the two. */
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
          [requestId, cookie.value],
          [requestId, ''],
        ),
        fc.tuple(fc.constant<unknown>(state), secret),
        fc.tuple<[unknown, string]>(secret, fc.constant(cookie.value)),
      );
    const far = fc.tuple(fc.oneof(fc.anything(), fc.string()), fc.option(fc.string(), { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(near(opened), far), async ([state, cookie]) => {
        await expect(attempts.consume('anything', state, presents(cookie))).rejects.toMatchObject(EXPIRED);
      }),
      { numRuns: 500 },
    );
    await expect(attempts.consume('anything', opened.state, presents(opened.cookie.value))).resolves.toMatchObject(
      wanted,
    );
    await expect(attempts.begin(requestId)).resolves.toMatchObject({ request: wanted });
  });

  it('no text opens a requestId', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (requestId) => {
        await expect(attempts.begin(requestId)).rejects.toMatchObject(EXPIRED);
      }),
    );
  });

  it('the name of a cookie holds nothing that a cookie header would read otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (state) => expect(stateCookieName(state)).toMatch(/^[\w-]+$/)),
    );
  });
});
