import { CausewayError, errorOf } from '../causeway-error.js';
import type { CausewayClient, Connection } from '../client.js';
import { ConnectError, FAILED, GIVEN_UP } from './connect-error.js';
import { openPopup } from './open-popup.js';
import { watchPopup } from './watch-popup.js';

/** `leaving`: the popup was blocked, and this page goes to the provider itself; `waiting`: for the person in the popup. */
export type ConnectStep = { step: 'starting' } | { step: 'leaving' } | { step: 'waiting'; popup: Window };

export interface ConnectAccount {
  integration: string;
  orgId: string;
  userId: string;
  /** Authorize this connection again: it keeps its id. */
  connectionId?: string;
  /** Other ones than the integration's. */
  scopes?: string[];
  /** Stands in the popup until the provider's page does. */
  sentence?: string;
  /** Where a full-page authorization comes back to, for `takeReturned`; this page if not given. Its origin has to be in `WEB_ORIGINS`. */
  returnTo?: string;
  onStep?: (step: ConnectStep) => void;
  /** Gives up: closes the popup. */
  signal?: AbortSignal;
}

/**
 * Lets the person authorize an account in a popup. To be called in the click itself, since only there browsers open windows. Where they
 * block it even so, the whole page goes to the provider and comes back; the promise then stays open.
 * @returns the id of the connection
 * @throws ConnectError with a sentence for people
 */
export async function connectAccount(client: CausewayClient, wish: ConnectAccount): Promise<string> {
  const { integration, orgId, userId, signal, onStep = () => {} } = wish;
  const popup = openPopup(wish.sentence ?? '…');
  const end = new AbortController();
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new ConnectError('given-up', GIVEN_UP));
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp, { signal: end.signal });
  });
  let stop = () => {};

  const go = async () => {
    if (popup === null) {
      onStep({ step: 'leaving' });
      const { authorizationUrl } = await authorize(client, {
        ...wish,
        returnTo: wish.returnTo ?? window.location.href,
      });
      signal?.throwIfAborted();
      window.location.assign(authorizationUrl);
      return new Promise<never>(() => {});
    }
    onStep({ step: 'starting' });
    const ofUser = () => connectionsOf(client, { integration, orgId, userId });
    const { returnTo: _, ...here } = wish;
    const [{ authorizationUrl, expiresInMs }, before] = await Promise.all([authorize(client, here), ofUser()]);
    signal?.throwIfAborted();
    const known = new Set(before.map(version));
    const findConnection = () =>
      ofUser().then(
        (now) => now.find((connection) => !known.has(version(connection)))?.id ?? null,
        () => null,
      );
    popup.location.replace(authorizationUrl);
    // This page may go by another name of the same service (127.0.0.1, a development server).
    const { origin: serviceOrigin } = new URL(authorizationUrl);
    const watch = watchPopup({ popup, serviceOrigin, integration, expiresInMs, findConnection });
    stop = watch.stop;
    onStep({ step: 'waiting', popup });
    return watch.connectionId;
  };

  try {
    return await Promise.race([go(), givenUp]);
  } catch (error) {
    const told = error instanceof ConnectError ? error : new ConnectError('failed', problemOf(error));
    // After "closed" the watch goes on, for as long as the attempt is good and the page wants it.
    if (told.reason === 'closed') signal?.addEventListener('abort', stop);
    else {
      stop();
      popup?.close();
    }
    throw told;
  } finally {
    end.abort();
  }
}

async function authorize(client: CausewayClient, wish: ConnectAccount) {
  const { integration, orgId, userId, connectionId, scopes, returnTo } = wish;
  const { data, error, response } = await client.POST('/integrations/{integration}/authorize', {
    params: { path: { integration } },
    body: {
      ...{ orgId, userId },
      ...(connectionId === undefined ? {} : { connectionId }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(returnTo === undefined ? {} : { returnTo }),
    },
  });
  if (data === undefined) throw errorOf(error, response);
  // By the service's clock: this computer's may be wrong.
  const now = Date.parse(response.headers.get('date') ?? '') || Date.now();
  return { authorizationUrl: data.authorizationUrl, expiresInMs: Date.parse(data.expiresAt) - now };
}

/** The newest 100: nobody connects more accounts of one integration. */
async function connectionsOf(
  client: CausewayClient,
  { integration, orgId, userId }: Pick<ConnectAccount, 'integration' | 'orgId' | 'userId'>,
): Promise<Connection[]> {
  const query = { integration, orgId, userId, limit: 100 };
  const { data, error, response } = await client.GET('/connections', { params: { query } });
  if (data === undefined) throw errorOf(error, response);
  return data.connections;
}

const UNREACHABLE = {
  title: 'The service does not answer',
  detail: 'Check that it is running and that you are online, then try again.',
};

function problemOf(error: unknown) {
  if (error instanceof CausewayError) return error.problem;
  return error instanceof TypeError ? UNREACHABLE : FAILED;
}

const version = ({ id, updatedAt }: Connection) => `${id} ${updatedAt}`;
