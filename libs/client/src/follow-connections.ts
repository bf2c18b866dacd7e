import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { CausewayError, toCausewayError } from './causeway-error.js';
import type { CausewayClient, Connection } from './client.js';
import { pause } from './pause.js';
import { readLines } from './read-lines.js';

/** `reset`: events were missed, or the stream is new. Read the list of connections (again). */
export type ConnectionEvent = { id?: string } & (
  | { event: 'connection.created' | 'connection.updated' | 'connection.needs-reconnect'; connection: Connection }
  | { event: 'connection.deleted'; connection: Pick<Connection, 'id' | 'orgId' | 'userId' | 'integration'> }
  | { event: 'reset' }
);

export interface FollowConnectionsOptions {
  /** Default: all organizations that the caller may read. */
  orgId?: string;
  /** Default: all users. */
  userId?: string;
  /** The `id` of the last event that was handled: continues after it. */
  lastEventId?: string | undefined;
  signal: AbortSignal;
  /** Called when the stream opens and when it ends. It is reopened after 1 s, then 2 s, 4 s … at most 30 s. */
  onStatus?: (status: 'open' | 'reconnecting') => void;
  /** Called with every id that can be the `lastEventId` of a later stream, also where there was no event for this one. */
  onLastEventId?: (id: string) => void;
}

const EVENTS: readonly (string | undefined)[] = [
  'connection.created',
  'connection.updated',
  'connection.needs-reconnect',
  'connection.deleted',
  'reset',
] satisfies ConnectionEvent['event'][];

const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/**
 * Yields the events of connections as they happen, until `signal` is aborted. Reconnects with `Last-Event-ID` as an `EventSource` does,
 * but sends the client's own requests, with their credentials and middleware.
 * @throws CausewayError if the caller may not read the events (400, 401 or 403)
 */
export async function* followConnections(
  client: CausewayClient,
  { signal, onStatus, onLastEventId, lastEventId: firstId, ...query }: FollowConnectionsOptions,
): AsyncGenerator<ConnectionEvent, void> {
  let lastEventId = firstId;
  let pauseMs = MIN_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const request = client.GET('/events', {
        params: { query, header: lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId } },
        headers: { Accept: 'text/event-stream' },
        parseAs: 'stream',
        signal,
      });
      const { data, error, response } = await request;
      if ([400, 401, 403].includes(response.status)) throw toCausewayError(error, response, request);
      if (response.ok && data != null) {
        pauseMs = MIN_PAUSE_MS;
        onStatus?.('open');
        if (lastEventId === undefined) yield { event: 'reset' };
        const messages = readMessages(data as ReadableStream<Uint8Array>, (id) => {
          lastEventId = id;
          onLastEventId?.(id);
        });
        for await (const { id, event, data } of messages) {
          if (!EVENTS.includes(event)) continue;
          yield {
            id,
            event,
            ...(event !== 'reset' && { connection: JSON.parse(data) as Connection }),
          } as ConnectionEvent;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CausewayError) throw error;
    }
    onStatus?.('reconnecting');
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
  }
}

async function* readMessages(
  body: ReadableStream<Uint8Array>,
  onId: (id: string) => void,
): AsyncGenerator<EventSourceMessage> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  let id: string | undefined;
  for await (const lines of readLines(body)) {
    for (const line of lines) {
      parser.feed(`${line}\n`);
      // The service's keep-alive has an id and no data. By the HTML standard its id counts; eventsource-parser drops it.
      if (line.startsWith('id:')) id = line.slice('id:'.length).trim();
      if (line === '' && id !== undefined) onId(id);
      yield* messages.splice(0);
    }
  }
}
