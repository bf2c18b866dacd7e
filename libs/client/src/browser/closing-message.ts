import type { ShownProblem } from '../causeway-error.js';

/** What the last page of an authorization tells: to its opener, and to every page of this origin. */
export interface ClosingMessage {
  source: 'causeway';
  type: 'connected' | 'failed';
  integration: string | null;
  connectionId?: string;
  problem?: ShownProblem;
}

/** `from`: the window that posted it; or it went to every page of this origin. */
type Listener = (message: ClosingMessage, from: MessageEventSource | 'broadcast') => void;

/** @param serviceOrigin the only one that is believed. @returns how to stop listening. */
export function listenForClosing(serviceOrigin: string, listener: Listener): () => void {
  const onMessage = ({ origin, source, data }: MessageEvent<unknown>) => {
    if (origin === serviceOrigin && source !== null && isClosingMessage(data)) listener(data, source);
  };
  window.addEventListener('message', onMessage);
  // A provider's Cross-Origin-Opener-Policy may have cut the popup off; this way still works then.
  const channel = new BroadcastChannel('causeway');
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isClosingMessage(data)) listener(data, 'broadcast');
  };
  return () => {
    window.removeEventListener('message', onMessage);
    channel.close();
  };
}

function isClosingMessage(data: unknown): data is ClosingMessage {
  return (
    typeof data === 'object' &&
    data !== null &&
    'source' in data &&
    data.source === 'causeway' &&
    'type' in data &&
    (data.type === 'connected' || data.type === 'failed')
  );
}
