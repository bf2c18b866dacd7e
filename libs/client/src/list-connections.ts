import { unwrap } from './causeway-error.js';
import type { CausewayClient, Connection } from './client.js';
import type { paths } from './schema.js';

type Query = NonNullable<paths['/connections']['get']['parameters']['query']>;

/** All connections that match, newest first. @throws CausewayError */
export async function listConnections(
  client: CausewayClient,
  filter: Omit<Query, 'limit' | 'cursor'>,
  signal?: AbortSignal,
): Promise<Connection[]> {
  const all: Connection[] = [];
  let cursor: string | null = null;
  do {
    const query: Query = { ...filter, limit: 100, ...(cursor !== null && { cursor }) };
    const page = await unwrap(client.GET('/connections', { params: { query }, ...(signal && { signal }) }));
    all.push(...page.connections);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}
