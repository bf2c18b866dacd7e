import type { AuthorizedSession } from '../core/mock-provider.js';
import type { Account } from '../core/account.js';
import { queryParameter, type MockRequest } from '../core/request.js';
import { text } from '../core/fields.js';
import { slackIds } from '../data/ids.js';
import { fail } from './errors.js';

/** An app installed on a whole organization: `team` is null in its responses, and lists require a team_id. */
export const isOrg = ({ id }: Account): boolean => id.startsWith('E');

/** The team of a workspace, or the only team that an organization has here. */
export const teamIdOf = (account: Account): string => (isOrg(account) ? `T${account.id.slice(1)}` : account.id);

export const enterpriseOf = (account: Account): object | null =>
  isOrg(account) ? { id: account.id, name: account.name } : null;

export const domainOf = ({ name }: Account): string => name.toLowerCase().replace(/[^a-z]+/g, '-');

export const appIdOf = (clientId: string): string => slackIds.encode('A0', clientId, 0);
export const botUserId = (seed: string): string => slackIds.encode('U0', `${seed}/bot`, 0);
export const botId = (seed: string): string => slackIds.encode('B0', `${seed}/bot`, 0);

/** A method's argument, from the query of a GET, or the form or JSON of a POST. */
export const argument = (request: MockRequest, name: string): string | undefined => {
  const given = request.body[name];
  return (
    queryParameter(request, name) ??
    text(typeof given === 'number' || typeof given === 'boolean' ? String(given) : given)
  );
};

/** Lists called with an organization's token require a team_id. */
export function checkTeam(request: MockRequest, { account }: AuthorizedSession): void {
  if (!isOrg(account)) return;
  const team = argument(request, 'team_id');
  if (team === undefined) throw fail('missing_argument');
  if (team !== teamIdOf(account)) throw fail('team_access_not_granted');
}

export function checkScope({ scopes }: AuthorizedSession, needed: string): void {
  if (!scopes.has(needed)) throw fail('missing_scope', { needed, provided: [...scopes].join(',') });
}
