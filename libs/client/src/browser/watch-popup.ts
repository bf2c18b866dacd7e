import type { Connection } from '../client.js';
import { onCallbackMessage } from './callback-message.js';
import { CLOSED, ConnectError, FAILED, TIMED_OUT } from './connect-error.js';

const POLL_MS = 1_000;

interface WatchPopupOptions {
  popup: Window;
  /** The origin of the service's callback page. */
  serviceOrigin: string;
  integration: string;
  expiresInMs: number;
  /** Asks the service for a connection that was created or authorized again since the popup was opened. */
  findConnection: () => Promise<Connection | null>;
  getConnection: (connectionId: string) => Promise<Connection>;
  /** Exchanges a finish code. */
  finish: (finishCode: string) => Promise<Connection>;
  /** Removes all listeners and timers when it is aborted, here or by the caller. */
  watch: AbortController;
}

/**
 * Resolves with the connection when the user has connected an account in the popup. After it has rejected with `closed`, the popup is still
 * watched, for `ConnectError.lateConnection`.
 * @throws ConnectError `closed`, `timed-out` or `failed`
 */
export function watchPopup(options: WatchPopupOptions): Promise<Connection> {
  const { popup, serviceOrigin, integration, expiresInMs, findConnection, getConnection, finish, watch } = options;
  const { signal } = watch;
  return new Promise((resolve, reject) => {
    let resolveLate: (connection: Connection) => void;
    const lateConnection = new Promise<Connection>((resolve) => (resolveLate = resolve));
    const connected = (connection: Connection) => {
      watch.abort();
      resolve(connection);
      resolveLate(connection);
    };
    const failed = (error: unknown) => {
      watch.abort();
      reject(error instanceof Error ? error : new ConnectError('failed', FAILED));
    };
    /** The popup has said that the account is authorized: it may close now. */
    let isSettling = false;
    const settleWith = (connection: Promise<Connection>) => {
      isSettling = true;
      connection.then(connected, failed);
    };

    onCallbackMessage(
      serviceOrigin,
      ({ type, integration: of, connectionId, finishCode, problem }, from) => {
        const isFromPopup = from === popup;
        if (!isFromPopup && (from !== 'broadcast' || of !== integration)) return;
        if (isSettling) return;
        if (isFromPopup && connectionId !== undefined) settleWith(getConnection(connectionId));
        else if (isFromPopup && finishCode !== undefined) settleWith(finish(finishCode));
        else if (type === 'connected' && popup.closed) {
          // The popup was cut off from this window, or the broadcast is about another tab's authorization: ask the service.
          void findConnection().then((connection) => connection !== null && connected(connection));
        } else if (type === 'failed' && (isFromPopup || popup.closed))
          failed(new ConnectError('failed', problem ?? FAILED));
      },
      signal,
    );

    let wasClosed = false;
    const checkClosed = async () => {
      if (wasClosed || !popup.closed) return;
      wasClosed = true;
      const connection = await findConnection();
      if (signal.aborted || isSettling) return;
      if (connection === null) reject(new ConnectError('closed', CLOSED, lateConnection));
      else connected(connection);
    };
    const poll = window.setInterval(() => void checkClosed(), POLL_MS);
    window.addEventListener('focus', () => void checkClosed(), { signal });
    const timeout = window.setTimeout(() => {
      if (isSettling) return;
      popup.close();
      failed(new ConnectError('timed-out', TIMED_OUT));
    }, expiresInMs);
    signal.addEventListener('abort', () => {
      window.clearInterval(poll);
      window.clearTimeout(timeout);
    });
  });
}
