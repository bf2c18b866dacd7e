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
  findConnection: () => Promise<string | null>;
  /** Removes all listeners and timers when it is aborted, here or by the caller. */
  watch: AbortController;
}

/**
 * Resolves with the connection's id when the user has connected an account in the popup. After it has rejected with `closed`, the
 * popup is still watched, for `ConnectError.lateConnectionId`.
 * @throws ConnectError `closed`, `timed-out` or `failed`
 */
export function watchPopup(options: WatchPopupOptions): Promise<string> {
  const { popup, serviceOrigin, integration, expiresInMs, findConnection, watch } = options;
  const { signal } = watch;
  return new Promise((resolve, reject) => {
    let resolveLate: (connectionId: string) => void;
    const lateConnectionId = new Promise<string>((resolve) => (resolveLate = resolve));
    const connected = (connectionId: string) => {
      watch.abort();
      resolve(connectionId);
      resolveLate(connectionId);
    };
    const failed = (error: ConnectError) => {
      watch.abort();
      reject(error);
    };

    onCallbackMessage(
      serviceOrigin,
      ({ type, integration: of, connectionId, problem }, from) => {
        const isFromPopup = from === popup;
        if (!isFromPopup && (from !== 'broadcast' || of !== integration)) return;
        if (type === 'connected' && isFromPopup && connectionId !== undefined) connected(connectionId);
        else if (type === 'connected' && popup.closed) {
          // The popup was cut off from this window, or the broadcast is about another tab's authorization: ask the service.
          void findConnection().then((id) => id !== null && connected(id));
        } else if (isFromPopup || popup.closed) failed(new ConnectError('failed', problem ?? FAILED));
      },
      signal,
    );

    let wasClosed = false;
    const checkClosed = async () => {
      if (wasClosed || !popup.closed) return;
      wasClosed = true;
      const id = await findConnection();
      if (signal.aborted) return;
      if (id === null) reject(new ConnectError('closed', CLOSED, lateConnectionId));
      else connected(id);
    };
    const poll = window.setInterval(() => void checkClosed(), POLL_MS);
    window.addEventListener('focus', () => void checkClosed(), { signal });
    const timeout = window.setTimeout(() => {
      popup.close();
      failed(new ConnectError('timed-out', TIMED_OUT));
    }, expiresInMs);
    signal.addEventListener('abort', () => {
      window.clearInterval(poll);
      window.clearTimeout(timeout);
    });
  });
}
