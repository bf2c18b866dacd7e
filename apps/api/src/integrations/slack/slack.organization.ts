import { optional, readArray, readObject, readString } from '@causeway/http-client';
import type { AccountContext, ProviderApi } from '../integration.js';
import { branchAt, readWholeList, type Branches, type PageRequest } from '../page.js';

/** Slack recommends 200 at most, though it accepts more. */
export const MAX_PAGE_SIZE = 200;

/** A token for a whole organization lists one of its workspaces at a time. */
type Position =
  { at: 'workspaces'; from: string | null } | { at: 'workspace'; team: string | null; cursor: string | null };

/** An organization's own grant has the organization for its account. */
export function accountKey(enterprise: string | null, account: string): string {
  return `${enterprise ?? ''}:${account}`;
}

export function isOrganizationWide({ account, accountKey: key }: AccountContext): boolean {
  return key === accountKey(account.id, account.id);
}

export function readPosition({ type, position }: PageRequest, context: AccountContext): Position {
  // The history of a channel is one list, wherever the channel is.
  if (!isOrganizationWide(context) || type === 'message') return { at: 'workspace', team: null, cursor: position };
  return position === null ? { at: 'workspaces', from: null } : (JSON.parse(position) as Position);
}

export async function workspaces(api: ProviderApi, { from }: { from: string | null }): Promise<Branches> {
  const teams = await api.remember('teams', () =>
    readWholeList(
      (cursor) => readTeams(api, cursor),
      (team) => ({ id: readString(team['id'], 'id') }),
    ),
  );
  return branchAt(
    teams,
    from,
    ({ id }) => JSON.stringify({ at: 'workspace', team: id, cursor: null } satisfies Position),
    ({ id }) => JSON.stringify({ at: 'workspaces', from: id } satisfies Position),
  );
}

async function readTeams(api: ProviderApi, cursor: string | null) {
  const { body } = await api.read({
    path: '/api/auth.teams.list',
    query: { cursor: cursor ?? undefined, limit: MAX_PAGE_SIZE },
    rateLimit: 'tier-2',
    subject: 'auth.teams.list',
  });
  const response = readObject(body, 'response');
  const next = optional.object(response['response_metadata'])['next_cursor'];
  return { entries: readArray(response['teams'], 'teams'), next };
}
