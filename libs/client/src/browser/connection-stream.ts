import type { CausewayClient } from '../client.js';
import type { ConnectionEvent } from '../follow-connections.js';
import { onCallbackMessage } from './callback-message.js';
import { covers, matches, widen, type ConnectionEventsFilter } from '../events-filter.js';
import {
  SharedStream,
  type ConnectionEventsStatus,
  type StreamListener,
  type StreamPosition,
} from './shared-stream.js';

/** A refused stream is requested again: the user may have signed in, or the page may have another session token. */
const REFUSED_RETRY_MS = 5_000;
/** A page that is hidden for so long gives its stream up. A popup in a tab of its own hides the page for less. */
const HIDDEN_MS = 60_000;

const streams = new WeakMap<CausewayClient, ConnectionStream>();

/**
 * Subscribes to the events of connections. All tabs of a browser share one stream if they have the same caller, and a page that is hidden
 * for a minute has none. What it has missed, it gets when it is shown again: as events, or as a `reset`.
 * @returns how to unsubscribe
 */
export function subscribeToConnections(
  client: CausewayClient,
  filter: ConnectionEventsFilter,
  listener: StreamListener,
): () => void {
  const stream = streams.get(client) ?? new ConnectionStream(client);
  streams.set(client, stream);
  return stream.subscribe(listener, filter);
}

/** A client's subscribers in this page, and their membership in the stream that tabs share. */
class ConnectionStream {
  private readonly subscribers = new Map<StreamListener, ConnectionEventsFilter>();
  private readonly position: StreamPosition = {};
  private status: ConnectionEventsStatus = 'connecting';
  private joined: { wanted: ConnectionEventsFilter; membership: AbortController } | null = null;
  /** Ends what the subscribers have in common. */
  private active: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: CausewayClient) {}

  subscribe(listener: StreamListener, filter: ConnectionEventsFilter): () => void {
    // A new object: one listener may subscribe twice.
    const subscriber = { ...listener };
    this.subscribers.set(subscriber, filter);
    if (this.active === null) this.start();
    // Components subscribe one after the other: they are served together.
    queueMicrotask(() => this.update());
    subscriber.onStatus(this.status);
    return () => {
      this.subscribers.delete(subscriber);
      queueMicrotask(() => this.update());
    };
  }

  private start(): void {
    const { signal } = (this.active = new AbortController());
    const onShown = () => this.update();
    const onGone = () => this.leave();
    document.addEventListener('visibilitychange', onShown, { signal });
    document.addEventListener('resume', onShown, { signal });
    window.addEventListener('pageshow', onShown, { signal });
    // A frozen page would keep the lock and stay the leader.
    document.addEventListener('freeze', onGone, { signal });
    window.addEventListener('pagehide', onGone, { signal });
    // Behind a proxy that buffers streams, the callback page still reports what other tabs of the service's origin connect.
    onCallbackMessage(window.location.origin, () => this.publish({ event: 'reset' }), signal);
  }

  private update(): void {
    clearTimeout(this.timer);
    if (this.subscribers.size === 0) {
      this.active?.abort();
      this.active = null;
      this.leave();
    } else if (document.visibilityState === 'visible') this.join();
    else this.timer = setTimeout(() => this.leave(), HIDDEN_MS);
  }

  /** Joins anew where the page wants more than before: it may also have another caller. */
  private join(): void {
    const wanted = [...this.subscribers.values()].reduce(widen);
    if (this.joined !== null && covers(this.joined.wanted, wanted)) return;
    this.leave();
    const membership = new AbortController();
    const { signal } = membership;
    this.joined = { wanted, membership };
    const listener: StreamListener = {
      onEvent: (event) => this.publish(event),
      onStatus: (status) => {
        if (!signal.aborted) this.setStatus(status);
      },
    };
    new SharedStream(this.client, wanted, this.position, listener, signal).run().catch(() => {
      if (signal.aborted) return;
      this.leave();
      this.setStatus('reconnecting');
      this.timer = setTimeout(() => this.update(), REFUSED_RETRY_MS);
    });
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.joined?.membership.abort();
    this.joined = null;
  }

  private publish(event: ConnectionEvent): void {
    for (const [subscriber, filter] of this.subscribers) if (matches(filter, event)) subscriber.onEvent(event);
  }

  private setStatus(status: ConnectionEventsStatus): void {
    this.status = status;
    for (const subscriber of this.subscribers.keys()) subscriber.onStatus(status);
  }
}
