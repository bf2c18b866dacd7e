import { errorOf } from './causeway-error.js';
import type { CausewayClient, Connection } from './client.js';
import { textLines } from './text-lines.js';

/** What became of a connection. `reset`: something was missed, so read the list again; so it is where a stream begins anew. */
export type ConnectionNews =
  | { event: 'connection.created' | 'connection.updated' | 'connection.needs-reconnect'; connection: Connection }
  | { event: 'connection.deleted'; connection: Pick<Connection, 'id' | 'orgId' | 'userId' | 'integration'> }
  | { event: 'reset' };

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface Following {
  orgId?: string;
  userId?: string;
  signal: AbortSignal;
}

/**
 * What becomes of connections, as it happens, until `signal` is aborted. Like an `EventSource` it comes back after every end with the
 * last id that it saw; unlike one it goes the way of all other calls, with their credentials and middleware.
 * @throws CausewayError where coming back would not help: it may not read this
 */
export async function* followConnections(
  client: CausewayClient,
  { orgId, userId, signal }: Following,
): AsyncGenerator<ConnectionNews, void> {
  let lastId: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const { data, error, response } = await client.GET('/events', {
        params: {
          query: { ...(orgId === undefined ? {} : { orgId }), ...(userId === undefined ? {} : { userId }) },
          header: lastId === undefined ? {} : { 'Last-Event-ID': lastId },
        },
        headers: { Accept: 'text/event-stream' },
        parseAs: 'stream',
        signal,
      });
      if ([400, 401, 403].includes(response.status)) throw errorOf(error, response);
      if (response.ok && data != null) {
        pauseMs = FIRST_PAUSE_MS;
        // What happened before this stream, nobody has told.
        if (lastId === undefined) yield { event: 'reset' };
        for await (const { id, event, text } of messagesOf(data as ReadableStream<Uint8Array>)) {
          if (id !== undefined) lastId = id;
          const news = text === undefined ? null : newsOf(event, text);
          if (news !== null) yield news;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Error && error.name === 'CausewayError') throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

interface Message {
  id?: string;
  event?: string;
  /** Absent: there is only an id, to come back with. */
  text?: string;
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, as far as this service writes it. */
async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  let message: Message = {};
  for await (const lines of textLines(body)) {
    for (const line of lines) {
      if (line === '') {
        yield message;
        message = {};
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'id') message.id = value;
      else if (field === 'event') message.event = value;
      else if (field === 'data') message.text = message.text === undefined ? value : `${message.text}\n${value}`;
    }
  }
}

function newsOf(event: string | undefined, text: string): ConnectionNews | null {
  switch (event) {
    case 'connection.created':
    case 'connection.updated':
    case 'connection.needs-reconnect':
      return { event, connection: JSON.parse(text) as Connection };
    case 'connection.deleted':
      return { event, connection: JSON.parse(text) as Connection };
    case 'reset':
      return { event };
    default:
      return null;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });
}
