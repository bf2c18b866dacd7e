import { texts } from '../texts.js';
import { listenForClosing } from './closing-message.js';
import type { Ending } from './ending.js';

const LOOK_EVERY_MS = 1_000;

export interface Watched {
  popup: Window;
  /** Where the service is reached by browsers. */
  serviceOrigin: string;
  integration: string;
  expiresInMs: number;
  /** Asks the service for a connection that is new since the start, or was renewed. `null`: there is none. */
  findConnection: () => Promise<string | null>;
  onEnding: (ending: Ending) => void;
}

/**
 * Watches an authorization in a popup. "Closed" may be followed by another ending: a popup that a provider has cut off looks
 * closed while the person is still in it, so what it says later still counts.
 * @returns how to stop watching.
 */
export function watchPopup({
  popup,
  serviceOrigin,
  integration,
  expiresInMs,
  findConnection,
  onEnding,
}: Watched): () => void {
  const stops: (() => void)[] = [];
  const stop = () => stops.splice(0).forEach((one) => one());
  const finish = (ending: Ending) => {
    stop();
    onEnding(ending);
  };

  stops.push(
    listenForClosing(serviceOrigin, (message, from) => {
      const own = from === popup;
      if (!own && (from !== 'broadcast' || message.integration !== integration)) return;
      if (message.type === 'connected' && message.connectionId !== undefined && own) {
        finish({ kind: 'connected', connectionId: message.connectionId });
      } else if (message.type === 'connected') {
        // A broadcast may be about somebody else's attempt in another tab: the service knows.
        void findConnection().then(
          (connectionId) => connectionId !== null && finish({ kind: 'connected', connectionId }),
        );
      } else if (own || popup.closed) {
        finish({ kind: 'failed', problem: message.problem ?? texts.endings.failed });
      }
    }),
  );

  let closed = false;
  const look = async () => {
    if (closed || !popup.closed) return;
    closed = true;
    const connectionId = await findConnection();
    if (stops.length === 0) return;
    if (connectionId === null) onEnding({ kind: 'closed' });
    else finish({ kind: 'connected', connectionId });
  };
  const lookNow = () => void look();
  const timer = window.setInterval(lookNow, LOOK_EVERY_MS);
  window.addEventListener('focus', lookNow);
  const late = window.setTimeout(() => {
    popup.close();
    if (closed) stop();
    else finish({ kind: 'timed-out' });
  }, expiresInMs);
  stops.push(
    () => window.clearInterval(timer),
    () => window.removeEventListener('focus', lookNow),
    () => window.clearTimeout(late),
  );
  return stop;
}
