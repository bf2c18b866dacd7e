import { followConnections, type CausewayClient, type ConnectionEvent } from '@causeway/client';
import { onCallbackMessage } from '@causeway/client/browser';

/** A refused stream is requested again: the user may have signed in, or the page may have another session token. */
const REFUSED_RETRY_MS = 5_000;

export type ConnectionEventsStatus = 'connecting' | 'open' | 'reconnecting';

export interface ConnectionEventsFilter {
  /** Default: all organizations that the client may read. */
  orgId?: string;
  /** Default: all users. */
  userId?: string;
}

interface Subscriber {
  onEvent: (event: ConnectionEvent) => void;
  onStatus: (status: ConnectionEventsStatus) => void;
}

const streams = new WeakMap<CausewayClient, Map<string, ConnectionStream>>();

/**
 * Subscribes to the events of connections. Subscribers with the same client and filter share one stream, and a hidden page has none:
 * over HTTP/1.1, browsers open only six connections to a service. Events that happened while the page was hidden follow later.
 * @returns how to unsubscribe
 */
export function subscribeToConnections(
  client: CausewayClient,
  filter: ConnectionEventsFilter,
  subscriber: Subscriber,
): () => void {
  const ofClient = streams.get(client) ?? new Map<string, ConnectionStream>();
  streams.set(client, ofClient);
  const key = JSON.stringify([filter.orgId, filter.userId]);
  const stream = ofClient.get(key) ?? new ConnectionStream(client, filter);
  ofClient.set(key, stream);
  stream.add(subscriber);
  return () => {
    if (stream.remove(subscriber)) ofClient.delete(key);
  };
}

class ConnectionStream {
  private readonly subscribers = new Set<Subscriber>();
  private readonly closed = new AbortController();
  private request = new AbortController();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private status: ConnectionEventsStatus = 'connecting';
  private lastEventId: string | undefined;

  constructor(
    private readonly client: CausewayClient,
    private readonly filter: ConnectionEventsFilter,
  ) {
    const { signal } = this.closed;
    document.addEventListener('visibilitychange', () => this.restart(), { signal });
    // Behind a proxy that buffers streams, the callback page still reports what other tabs of the service's origin connect.
    onCallbackMessage(window.location.origin, () => this.publish({ event: 'reset' }), signal);
    this.restart();
  }

  add(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
    subscriber.onStatus(this.status);
  }

  /** @returns whether it was the last subscriber, and the stream is closed */
  remove(subscriber: Subscriber): boolean {
    this.subscribers.delete(subscriber);
    if (this.subscribers.size > 0) return false;
    this.closed.abort();
    this.stop();
    return true;
  }

  private restart(): void {
    this.stop();
    this.request = new AbortController();
    if (document.visibilityState === 'visible') void this.follow(this.request.signal);
  }

  private stop(): void {
    clearTimeout(this.retry);
    this.request.abort();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { filter, lastEventId } = this;
    const onStatus = (status: ConnectionEventsStatus) => this.setStatus(status);
    try {
      for await (const event of followConnections(this.client, { ...filter, lastEventId, signal, onStatus })) {
        this.lastEventId = event.id ?? this.lastEventId;
        this.publish(event);
      }
    } catch {
      this.setStatus('reconnecting');
      if (!signal.aborted) this.retry = setTimeout(() => this.restart(), REFUSED_RETRY_MS);
    }
  }

  private publish(event: ConnectionEvent): void {
    for (const { onEvent } of this.subscribers) onEvent(event);
  }

  private setStatus(status: ConnectionEventsStatus): void {
    this.status = status;
    for (const { onStatus } of this.subscribers) onStatus(status);
  }
}
