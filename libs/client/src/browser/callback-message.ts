import type { ProblemDetails } from '../causeway-error.js';

/** What the service's callback page posts when an authorization is over: to its opener, and to every page of the service's origin. */
export interface CallbackMessage {
  source: 'causeway';
  /** `authorized`: the account is connected when the page that started it sends the finish code to the service. */
  type: 'connected' | 'authorized' | 'failed';
  integration: string | null;
  connectionId?: string;
  /** Only to the opener. */
  finishCode?: string;
  problem?: ProblemDetails;
}

/**
 * Listens for callback messages until `signal` is aborted.
 * @param serviceOrigin messages that are posted from any other origin are ignored
 * @param listener `from` is the window that posted the message, or `broadcast`
 */
export function onCallbackMessage(
  serviceOrigin: string,
  listener: (message: CallbackMessage, from: MessageEventSource | 'broadcast') => void,
  signal: AbortSignal,
): void {
  window.addEventListener(
    'message',
    ({ origin, source, data }: MessageEvent<unknown>) => {
      if (origin === serviceOrigin && source !== null && isCallbackMessage(data)) listener(data, source);
    },
    { signal },
  );
  // A provider's Cross-Origin-Opener-Policy may have cut the popup off from its opener; the broadcast still arrives.
  const channel = new BroadcastChannel('causeway');
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isCallbackMessage(data)) listener(data, 'broadcast');
  };
  signal.addEventListener('abort', () => channel.close());
}

function isCallbackMessage(data: unknown): data is CallbackMessage {
  const { source, type } = (data ?? {}) as Partial<CallbackMessage>;
  return source === 'causeway' && (type === 'connected' || type === 'authorized' || type === 'failed');
}
