/** A session is renewed this long before its end: a request may be on its way for a while. */
const MARGIN_MS = 60_000;

interface Session {
  token: string;
  renewAt: number;
}

/**
 * Gets sessions from the back end of your product, and keeps each until shortly before its end: for `sessionToken` of `createCauseway`.
 * @param url a route that checks who is signed in, calls `POST /sessions` of the service with your API key, and responds with what it got
 */
export function sessionFrom(url: string): () => Promise<string> {
  let session: Promise<Session> | undefined;
  return async () => {
    const renew = () => newSession(url);
    session = session?.then((known) => (performance.now() < known.renewAt ? known : renew()), renew) ?? renew();
    return (await session).token;
  };
}

async function newSession(url: string): Promise<Session> {
  const response = await fetch(url, { method: 'POST' });
  if (!response.ok) throw new Error(`${url} responded with ${response.status} instead of a session.`);
  const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
  // The clock of this computer may be wrong: count from the back end's.
  const now = Date.parse(response.headers.get('date') ?? '') || Date.now();
  const lifetime = Date.parse(expiresAt) - now;
  return { token, renewAt: performance.now() + Math.max(lifetime - MARGIN_MS, lifetime / 2) };
}
