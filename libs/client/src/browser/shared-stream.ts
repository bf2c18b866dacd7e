import { unwrap } from '../causeway-error.js';
import type { CausewayClient } from '../client.js';
import { followConnections, type ConnectionEvent } from '../follow-connections.js';
import { covers, widen, type ConnectionEventsFilter } from '../events-filter.js';

export type ConnectionEventsStatus = 'connecting' | 'open' | 'reconnecting';

export interface StreamListener {
  onEvent: (event: ConnectionEvent) => void;
  onStatus: (status: ConnectionEventsStatus) => void;
}

/** Where a tab is in the events; outlasts its membership. */
export interface StreamPosition {
  lastEventId?: string | undefined;
}

/** What tabs of one caller tell each other. A connection has no secrets, but its account's name, so the channel is that caller's alone. */
type Message =
  /** From a tab that has just come, or that the leader's filter does not cover. The leader responds with its state. */
  | { want: ConnectionEventsFilter }
  /** From the leader. */
  | { state: { status: ConnectionEventsStatus; filter: ConnectionEventsFilter; lastEventId: string | undefined } }
  | { event: ConnectionEvent };

/** How often the leader says that it is alive. */
const HEARTBEAT_MS = 5_000;
/** A leader that says nothing for so long is asked, and replaced if it does not respond: its tab is frozen or busy. */
const SILENT_MS = 12_000;
const RESPONSE_MS = 3_000;

/**
 * The event stream that all tabs of a browser share which have the same service and caller, because over HTTP/1.1 a browser opens only six
 * connections to a host. The tab that holds a lock (Web Locks) is the leader: it has the stream, and broadcasts the events. Browsers
 * release the lock of a tab that is closed or has crashed, and give it to the next one. Where a browser has no locks (pages without https),
 * every tab has a stream of its own.
 */
export class SharedStream {
  private filter: ConnectionEventsFilter;
  private name: string | null = null;
  private channel: BroadcastChannel | null = null;
  private isLeader = false;
  private status: ConnectionEventsStatus = 'connecting';
  /** Whether the leader's stream has all events of this tab's filter. */
  private isCovered = false;
  /** Whether nothing was missed, or the listener was told so. */
  private isLive = false;
  private mustSteal = false;
  /** Ends waiting for the lock, or holding it. */
  private lockRequest = new AbortController();
  /** Ends one stream. */
  private stream = new AbortController();
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: CausewayClient,
    private readonly wanted: ConnectionEventsFilter,
    private readonly position: StreamPosition,
    private readonly listener: StreamListener,
    /** Leaves the other tabs. */
    private readonly signal: AbortSignal,
  ) {
    this.filter = wanted;
    signal.addEventListener('abort', () => this.lockRequest.abort());
  }

  /**
   * Resolves when `signal` is aborted.
   * @throws if the service refuses the stream or does not say who the caller is, or the caller is another one than before
   */
  async run(): Promise<void> {
    if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return this.lead(this.lockRequest.signal);
    this.name = await nameOf(this.client, this.signal);
    if (this.signal.aborted) return;
    const channel = (this.channel = new BroadcastChannel(this.name));
    channel.onmessage = ({ data }: MessageEvent<Message>) => this.receive(data);
    try {
      await this.requestLock(this.name);
    } finally {
      clearTimeout(this.silence);
      channel.close();
    }
  }

  private async requestLock(name: string): Promise<void> {
    while (!this.signal.aborted) {
      const { signal } = (this.lockRequest = new AbortController());
      const options = this.mustSteal ? { steal: true } : { signal };
      this.mustSteal = false;
      this.waitForLeader();
      this.post({ want: this.wanted });
      try {
        await navigator.locks.request(name, options, () => this.lead(signal));
      } catch (error) {
        const reason = error instanceof DOMException ? error.name : '';
        // The page may use no storage, so it has no locks either.
        if (reason === 'SecurityError') await this.lead(signal);
        // Also if another tab has stolen the lock.
        this.lockRequest.abort();
        if (reason !== 'AbortError') throw error;
      }
    }
  }

  private async lead(signal: AbortSignal): Promise<void> {
    if (this.signal.aborted) return;
    this.isLeader = true;
    clearTimeout(this.silence);
    const heartbeat = setInterval(() => this.postState(), HEARTBEAT_MS);
    signal.addEventListener('abort', () => this.stream.abort());
    try {
      while (!signal.aborted) {
        this.stream = new AbortController();
        await this.follow(this.stream.signal);
      }
    } finally {
      clearInterval(heartbeat);
      this.isLeader = false;
    }
  }

  /** Has a stream until it is aborted: the filter has to be wider, or another tab leads. */
  private async follow(signal: AbortSignal): Promise<void> {
    const { client, filter, position } = this;
    let isAnnounced = false;
    let isSameCaller = Promise.resolve(true);
    this.setStatus('connecting');
    const events = followConnections(client, {
      ...filter,
      lastEventId: position.lastEventId,
      signal,
      onStatus: (status) => {
        if (status === 'open') isSameCaller = this.isSameCaller();
        this.setStatus(status);
      },
      onLastEventId: (id) => {
        position.lastEventId = id;
        if (!isAnnounced) this.postState();
        isAnnounced = true;
      },
    });
    for await (const event of events) {
      // Who calls may change while this tab waits to lead and between two streams: the cookie of all tabs, the page's token.
      if (!(await isSameCaller)) {
        position.lastEventId = undefined;
        throw new Error('The caller has changed.');
      }
      this.post({ event });
      this.listener.onEvent(event);
    }
  }

  private async isSameCaller(): Promise<boolean> {
    if (this.name === null) return true;
    return (await nameOf(this.client, this.signal).catch(() => null)) === this.name;
  }

  private receive(message: Message): void {
    if ('want' in message) {
      if (this.isLeader) this.serve(message.want);
    } else if (!this.isLeader) {
      this.waitForLeader();
      if ('state' in message) this.setState(message.state);
      else {
        const { event } = message;
        if (event.event === 'reset' && this.isCovered) this.isLive = true;
        // Before that, events may have been missed: the leader's state will show it.
        if (this.isLive) this.position.lastEventId = event.id ?? this.position.lastEventId;
        this.listener.onEvent(event);
      }
    }
  }

  private serve(wanted: ConnectionEventsFilter): void {
    if (covers(this.filter, wanted)) return this.postState();
    this.filter = widen(this.filter, wanted);
    this.stream.abort();
  }

  private setState({ status, filter, lastEventId }: Extract<Message, { state: unknown }>['state']): void {
    this.filter = widen(filter, this.wanted);
    this.isCovered = covers(filter, this.wanted);
    if (!this.isCovered) {
      this.isLive = false;
      this.post({ want: this.wanted });
      return;
    }
    if (status === 'open' && lastEventId !== undefined) {
      const isMissing = !this.isLive && lastEventId !== this.position.lastEventId;
      this.isLive = true;
      this.position.lastEventId = lastEventId;
      if (isMissing) this.listener.onEvent({ event: 'reset' });
    }
    this.setStatus(status);
  }

  private waitForLeader(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      // After the computer has slept, all tabs find the leader silent, and it is not.
      this.post({ want: this.wanted });
      this.silence = setTimeout(() => {
        this.mustSteal = true;
        this.lockRequest.abort();
      }, RESPONSE_MS);
    }, SILENT_MS);
  }

  private setStatus(status: ConnectionEventsStatus): void {
    this.status = status;
    if (this.isLeader) this.postState();
    this.listener.onStatus(status);
  }

  private postState(): void {
    const { status, filter } = this;
    this.post({ state: { status, filter, lastEventId: this.position.lastEventId } });
  }

  private post(message: Message): void {
    if (!this.signal.aborted) this.channel?.postMessage(message);
  }
}

/**
 * Of the lock and the channel, which all scripts of the page's origin can use: tells apart services and callers, and contains neither.
 * @throws CausewayError
 */
async function nameOf(client: CausewayClient, signal: AbortSignal): Promise<string> {
  const request = client.GET('/web-session', { signal });
  // Two tokens of one user have different ends.
  const { expiresAt: _, ...caller } = await unwrap(request);
  const { url } = (await request).response;
  const bytes = new TextEncoder().encode(JSON.stringify([url, caller]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `causeway-connections-1-${hex}`;
}
