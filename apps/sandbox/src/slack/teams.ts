import type { Session } from '../core/stand-in.js';
import type { Account } from '../core/account.js';
import { asked, type Call } from '../core/call.js';
import { text } from '../core/fields.js';
import { slackIds } from '../data/ids.js';
import { fail } from './errors.js';

/** Installed on a whole organisation: `team` is null in its answers, and lists want a team_id. */
export const isOrg = ({ id }: Account): boolean => id.startsWith('E');

/** The team of a workspace; of an organisation the only one it has here. */
export const teamIdOf = (account: Account): string => (isOrg(account) ? `T${account.id.slice(1)}` : account.id);

export const enterpriseOf = (account: Account): object | null =>
  isOrg(account) ? { id: account.id, name: account.name } : null;

export const domainOf = ({ name }: Account): string => name.toLowerCase().replace(/[^a-z]+/g, '-');

export const botUserId = (seed: string): string => slackIds.encode('U0', `${seed}/bot`, 0);
export const botId = (seed: string): string => slackIds.encode('B0', `${seed}/bot`, 0);

/** A method's argument, from the query of a GET, or the form or JSON of a POST. */
export const argument = (call: Call, name: string): string | undefined => {
  const given = call.body[name];
  return asked(call, name) ?? text(typeof given === 'number' || typeof given === 'boolean' ? String(given) : given);
};

/** Lists called with an organisation's token must say which team. */
export function checkTeam(call: Call, { account }: Session): void {
  if (!isOrg(account)) return;
  const team = argument(call, 'team_id');
  if (team === undefined) throw fail('missing_argument');
  if (team !== teamIdOf(account)) throw fail('team_access_not_granted');
}

export function checkScope({ scopes }: Session, needed: string): void {
  if (!scopes.has(needed)) throw fail('missing_scope', { needed, provided: [...scopes].join(',') });
}
