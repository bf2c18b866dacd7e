import { CausewayError, isProblemDetails, toCausewayError } from './causeway-error.js';

/** A session is renewed this long before its end: a request may be on its way for a while. */
const MARGIN_MS = 60_000;

interface Session {
  token: string;
  /** By both clocks: one can be set, and the other stops in some browsers while the computer sleeps. */
  renewAt: { monotonic: number; date: number };
}

/**
 * Gets sessions from the back end of your product, and keeps each until shortly before its end: for `sessionToken` of `createCauseway`.
 * @param url a route that checks who is signed in, calls `POST /sessions` of the service with your API key, and responds with what it got
 */
export function sessionFrom(url: string): () => Promise<string> {
  let session: Promise<Session> | undefined;
  return async () => {
    const renew = () => newSession(url);
    session = session?.then((known) => (isFresh(known) ? known : renew()), renew) ?? renew();
    return (await session).token;
  };
}

async function newSession(url: string): Promise<Session> {
  const response = await fetch(url, { method: 'POST' });
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw isProblemDetails(body) ? toCausewayError(body, response) : noSession(url, response.status);
  }
  const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
  // The clock of this computer may be wrong: count from the back end's.
  const now = Date.parse(response.headers.get('date') ?? '') || Date.now();
  const lifetime = Date.parse(expiresAt) - now;
  const renewIn = Math.max(lifetime - MARGIN_MS, lifetime / 2);
  return { token, renewAt: { monotonic: performance.now() + renewIn, date: Date.now() + renewIn } };
}

function noSession(url: string, status: number): CausewayError {
  const detail = `POST ${url} of your back end responded with status ${status} instead of what POST /sessions gave.`;
  return new CausewayError({ title: 'No session', detail, status });
}

function isFresh({ renewAt: { monotonic, date } }: Session): boolean {
  return performance.now() < monotonic && Date.now() < date;
}
