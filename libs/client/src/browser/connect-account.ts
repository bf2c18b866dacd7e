import { CausewayError, unwrap } from '../causeway-error.js';
import type { CausewayClient, Connection } from '../client.js';
import { listConnections } from '../list-connections.js';
import { ABORTED, ConnectError, FAILED } from './connect-error.js';
import { finishConnection } from './finish-connection.js';
import { openPopup } from './open-popup.js';
import { popupReturnUrl } from './lost-popup.js';
import { watchPopup } from './watch-popup.js';

/** `redirecting`: the popup was blocked, and this page goes to the provider itself; `waiting`: for the user in the popup. */
export type ConnectPhase = { phase: 'starting' | 'redirecting' } | { phase: 'waiting'; popup: Window };

export interface ConnectRequest {
  integration: string;
  orgId: string;
  userId: string;
  /** Authorizes this connection again; it keeps its id. */
  connectionId?: string;
  /** Default: the integration's scopes. */
  scopes?: string[];
}

export interface ConnectAccountOptions extends ConnectRequest {
  /** Shown in the popup until the provider's page appears. */
  popupText?: string | undefined;
  /**
   * A page that calls `consumeRedirectResult`. The browser goes there after a full-page authorization, and a popup that has lost this page,
   * which the pages of some providers cause. Its origin must be in the service's `WEB_ORIGINS`. Default: this page.
   */
  returnTo?: string | undefined;
  onPhase?: (phase: ConnectPhase) => void;
  /** Cancels the authorization and closes the popup. */
  signal?: AbortSignal;
}

/**
 * Lets the user authorize an account in a popup. Call it in the click's own event handler, because browsers block popups elsewhere. If
 * the popup is blocked even so, the whole page goes to the provider and returns later, and the promise stays pending.
 * @throws ConnectError
 */
export async function connectAccount(client: CausewayClient, options: ConnectAccountOptions): Promise<Connection> {
  const { popupText = '…', returnTo = window.location.href, onPhase, signal, ...request } = options;
  const popup = openPopup(popupText);
  const watch = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => {
      watch.abort();
      reject(new ConnectError('aborted', ABORTED));
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { signal: watch.signal });
  });

  const redirect = async () => {
    onPhase?.({ phase: 'redirecting' });
    const { authorizationUrl } = await authorize(client, { ...request, returnTo });
    watch.signal.throwIfAborted();
    window.location.assign(authorizationUrl);
    return new Promise<never>(() => {});
  };

  const authorizeIn = async (popup: Window) => {
    onPhase?.({ phase: 'starting' });
    const { integration, orgId, userId } = request;
    const list = () => listConnections(client, { integration, orgId, userId });
    const popupReturnTo = popupReturnUrl(returnTo, request.integration);
    const [{ authorizationUrl, expiresInMs }, before] = await Promise.all([
      authorize(client, { ...request, popupReturnTo }),
      list(),
    ]);
    watch.signal.throwIfAborted();
    const versions = new Set(before.map(version));
    const findConnection = () =>
      list().then(
        (now) => now.find((connection) => !versions.has(version(connection))) ?? null,
        () => null,
      );
    popup.location.replace(authorizationUrl);
    onPhase?.({ phase: 'waiting', popup });
    // The client's base URL may have another origin than the service's own URL: 127.0.0.1, a development server's proxy.
    const serviceOrigin = new URL(authorizationUrl).origin;
    return watchPopup({
      popup,
      serviceOrigin,
      integration: request.integration,
      expiresInMs,
      findConnection,
      getConnection: (id) => unwrap(client.GET('/connections/{id}', { params: { path: { id } } })),
      finish: (finishCode) => finishConnection(client, { ...request, finishCode }),
      watch,
    });
  };

  try {
    return await Promise.race([popup === null ? redirect() : authorizeIn(popup), aborted]);
  } catch (cause) {
    const error = cause instanceof ConnectError ? cause : new ConnectError('failed', problemOf(cause));
    if (error.reason !== 'closed') {
      watch.abort();
      popup?.close();
    }
    throw error;
  }
}

const problemOf = (error: unknown) => (error instanceof CausewayError ? error.problem : FAILED);

async function authorize(
  client: CausewayClient,
  { integration, ...asked }: ConnectRequest & { returnTo?: string; popupReturnTo?: string },
): Promise<{ authorizationUrl: string; expiresInMs: number }> {
  const body = { ...asked, finish: 'caller' as const };
  const request = client.POST('/integrations/{integration}/authorize', { params: { path: { integration } }, body });
  const { authorizationUrl, expiresAt } = await unwrap(request);
  // The clock of this computer may be wrong: count from the service's.
  const now = Date.parse((await request).response.headers.get('date') ?? '') || Date.now();
  return { authorizationUrl, expiresInMs: Date.parse(expiresAt) - now };
}

const version = ({ id, updatedAt }: Connection) => `${id} ${updatedAt}`;
