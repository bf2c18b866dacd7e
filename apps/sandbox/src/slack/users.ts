import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AccountData } from '../core/account.js';
import { type EditList, FIRST_CREATED } from '../core/edits.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { pick } from '../data/hash.js';
import { slackIds } from '../data/ids.js';
import { scattered } from '../data/timestamps.js';
import { range } from '../data/paging.js';
import { person } from '../data/words.js';
import { cursorAt, limitOf, nextCursor, placeOf } from './cursors.js';
import { fail, ok } from './errors.js';
import { argument, checkScope, checkTeam, teamIdOf } from './teams.js';

/** Without `limit` this many are given at once; a bigger team gets `limit_required`. */
const WITHOUT_LIMIT = 1000;

const idKey = ({ seed }: AccountData) => `${seed}/user`;
export const userEdits = ({ edits }: AccountData): EditList => edits.list('user');

/** Index 0 is Slackbot, whose id is the same in every team. */
export const userId = (data: AccountData, index: number): string =>
  index === 0 ? 'USLACKBOT' : slackIds.encode('U0', idKey(data), index);

/** Slackbot included, created ones not. */
const computed = ({ sizes }: AccountData) => (sizes['users'] ?? 0) + 1;

export function findUser(data: AccountData, id: string): number | undefined {
  const index = id === 'USLACKBOT' ? 0 : slackIds.decode('U0', idKey(data), id);
  return index !== undefined && userEdits(data).has(index, computed(data)) ? index : undefined;
}

const isBotUser = (index: number) => index === 0 || (index < FIRST_CREATED && index % 17 === 16);

const isDeactivated = (data: AccountData, index: number): boolean =>
  userEdits(data).of(index)?.archived ?? (!isBotUser(index) && index < FIRST_CREATED && index % 13 === 12);

export function member(data: AccountData, index: number, withEmail: boolean): Record<string, unknown> {
  const { seed } = data;
  const { first, last, email } = person(`${seed}/users`, index);
  const edit = userEdits(data).of(index);
  const isBot = isBotUser(index);
  const deleted = isDeactivated(data, index);
  const realName = edit?.title ?? (index === 0 ? 'Slackbot' : isBot ? `${last} Bot` : `${first} ${last}`);
  const displayName = edit?.title ?? (index % 4 === 0 ? '' : first.toLowerCase());
  // Deleted users have lost most of their profile; bots have no address; many people have no display name.
  const shownEmail = !isBot && withEmail ? { email } : {};
  return {
    id: userId(data, index),
    team_id: teamIdOf(data.account),
    name: index === 0 ? 'slackbot' : email.split('@')[0],
    deleted,
    ...(deleted
      ? {}
      : {
          color: '4bbe2e',
          real_name: realName,
          tz: 'Europe/Amsterdam',
          tz_label: 'Central European Time',
          tz_offset: 3600,
        }),
    profile: {
      title: index % 3 === 1 ? 'Café lead ☕' : '',
      real_name: realName,
      display_name: displayName,
      status_text: '',
      status_emoji: '',
      team: teamIdOf(data.account),
      ...shownEmail,
    },
    is_bot: isBot && index !== 0,
    is_app_user: false,
    updated: Math.floor((edit?.modified ?? scattered(`${seed}/users`, index).modified) / 1000),
    ...(deleted
      ? {}
      : {
          is_admin: index === 1,
          is_owner: index === 1,
          is_primary_owner: index === 1,
          is_restricted: pick(20, seed, index) === 0,
          is_ultra_restricted: pick(40, seed, index) === 0,
        }),
  };
}

/** users.list: deleted users and Slackbot included. */
export function listUsers(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkTeam(request, session);
  checkScope(session, 'users:read');
  const size = computed(session);
  const users = userEdits(session);
  const total = size + users.created;
  if (argument(request, 'limit') === undefined && total > WITHOUT_LIMIT) throw fail('limit_required');
  const place = placeOf(request, 'user');
  const first = place === undefined ? 0 : findUser(session, place);
  if (first === undefined) throw fail('invalid_cursor');
  const part = request.cut(total, users.positionOf(first, size), limitOf(request, WITHOUT_LIMIT, 1000));
  const withEmail = session.scopes.has('users:read.email');
  const members = range(part, (position) => member(session, users.indexAt(position, size), withEmail));
  const next = part.next === undefined ? undefined : cursorAt('user', userId(session, users.indexAt(part.next, size)));
  return ok({ members, cache_ts: Math.floor(request.now / 1000), ...nextCursor(next) });
}

/** users.info */
export function userInfo(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkScope(session, 'users:read');
  const index = findUser(session, argument(request, 'user') ?? '');
  if (index === undefined) throw fail('user_not_found');
  return ok({ user: member(session, index, session.scopes.has('users:read.email')) });
}
