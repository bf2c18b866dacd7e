import { listenForClosing } from './closing-message.js';
import { CLOSED, ConnectError, FAILED, TIMED_OUT } from './connect-error.js';

const LOOK_EVERY_MS = 1_000;

interface Watched {
  popup: Window;
  /** Where the service is reached by browsers. */
  serviceOrigin: string;
  integration: string;
  expiresInMs: number;
  /** Asks the service for a connection that is new since the start, or was renewed. `null`: there is none. */
  findConnection: () => Promise<string | null>;
}

/**
 * Watches an authorization in a popup to its end. After "closed" it goes on watching: see `ConnectError.later`.
 * @returns the connection's id, and how to stop watching.
 */
export function watchPopup(watched: Watched): { connectionId: Promise<string>; stop: () => void } {
  const { popup, serviceOrigin, integration, expiresInMs, findConnection } = watched;
  const first = promised<string>();
  const later = promised<string>();
  const stops: (() => void)[] = [];
  const stop = () => stops.splice(0).forEach((one) => one());
  let closed = false;
  const connected = (id: string) => {
    stop();
    first.resolve(id);
    later.resolve(id);
  };
  const failed = (error: ConnectError) => {
    stop();
    first.reject(error);
  };

  stops.push(
    listenForClosing(serviceOrigin, (message, from) => {
      const own = from === popup;
      if (!own && (from !== 'broadcast' || message.integration !== integration)) return;
      if (message.type === 'connected' && message.connectionId !== undefined && own) {
        connected(message.connectionId);
      } else if (message.type === 'connected' && popup.closed) {
        // Or it would have told this window. A broadcast may be about another tab's attempt: the service knows.
        void findConnection().then((id) => id !== null && connected(id));
      } else if (own || popup.closed) {
        failed(new ConnectError('failed', message.problem ?? FAILED));
      }
    }),
  );

  const look = async () => {
    if (closed || !popup.closed) return;
    closed = true;
    const id = await findConnection();
    if (stops.length === 0) return;
    if (id === null) first.reject(new ConnectError('closed', CLOSED, later.promise));
    else connected(id);
  };
  const lookNow = () => void look();
  const timer = window.setInterval(lookNow, LOOK_EVERY_MS);
  window.addEventListener('focus', lookNow);
  const late = window.setTimeout(() => {
    popup.close();
    failed(new ConnectError('timed-out', TIMED_OUT));
  }, expiresInMs);
  stops.push(
    () => window.clearInterval(timer),
    () => window.removeEventListener('focus', lookNow),
    () => window.clearTimeout(late),
  );
  return { connectionId: first.promise, stop };
}

/** `Promise.withResolvers`, for browsers of before 2024. */
function promised<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((...how) => ([resolve, reject] = how));
  return { promise, resolve, reject };
}
