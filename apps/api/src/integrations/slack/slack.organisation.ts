import { UpstreamError, optional, readArray, readObject, readString } from '@causeway/http-client';
import type { AccountContext, PageRequest, ProviderApi } from '../integration.js';

/** Slack advises 200 at most, though it accepts more. */
export const MAX_PAGE_SIZE = 200;

/** A token for a whole organisation lists one of its workspaces at a time; `next` is the workspace after it. */
interface Team {
  id: string;
  next: string | null;
}

/** An organisation's own grant has the organisation for its account. */
export function accountKey(enterprise: string | null, account: string): string {
  return `${enterprise ?? ''}:${account}`;
}

/** Where a list stands: in which workspace (`null`: the token is for one only), at which cursor. */
export async function placeOf(
  api: ProviderApi,
  holder: AccountContext,
  { type, position }: PageRequest,
): Promise<{ team: Team | null; cursor: string | null }> {
  const { id } = holder.account;
  // The history of a channel is one list, wherever the channel is.
  if (holder.accountKey !== accountKey(id, id) || type === 'message') return { team: null, cursor: position };
  const ids = await api.remember('teams', () => allTeams(api));
  const place =
    position === null
      ? { team: ids[0], cursor: null }
      : (JSON.parse(position) as { team: string; cursor: string | null });
  const index = ids.findIndex((team) => team === place.team);
  if (place.team === undefined || index < 0) {
    throw new UpstreamError('cursor-expired', { note: 'A workspace of this load is gone.' });
  }
  return { team: { id: place.team, next: ids[index + 1] ?? null }, cursor: place.cursor };
}

export function positionAfter({ id, next }: Team, cursor: string | null): string | null {
  if (cursor !== null) return JSON.stringify({ team: id, cursor });
  return next === null ? null : JSON.stringify({ team: next, cursor: null });
}

async function allTeams(api: ProviderApi): Promise<string[]> {
  const ids: string[] = [];
  const seen = new Set<string>();
  for (let cursor: string | null = null; ;) {
    const query = { cursor: cursor ?? undefined, limit: MAX_PAGE_SIZE };
    const { body } = await api.read({
      path: '/api/auth.teams.list',
      query,
      rateLimit: 'tier-2',
      subject: 'auth.teams.list',
    });
    const answer = readObject(body, 'answer');
    ids.push(...readArray(answer['teams'], 'teams').map((team) => readString(readObject(team, 'teams')['id'], 'id')));
    cursor = optional.string(optional.object(answer['response_metadata'])['next_cursor']);
    if (cursor === null) return ids;
    if (seen.has(cursor)) throw new UpstreamError('malformed', { note: 'It repeated a page of workspaces.' });
    seen.add(cursor);
  }
}
