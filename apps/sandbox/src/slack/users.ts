import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
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

const idKey = ({ seed }: AuthorizedSession) => `${seed}/user`;

/** Index 0 is Slackbot, whose id is the same in every team. */
export const userId = (session: AuthorizedSession, index: number): string =>
  index === 0 ? 'USLACKBOT' : slackIds.encode('U0', idKey(session), index);

const totalOf = ({ sizes }: AuthorizedSession) => (sizes['users'] ?? 0) + 1;

function indexOf(session: AuthorizedSession, id: string): number | undefined {
  const index = id === 'USLACKBOT' ? 0 : slackIds.decode('U0', idKey(session), id);
  return index !== undefined && index < totalOf(session) ? index : undefined;
}

function member(session: AuthorizedSession, index: number): Record<string, unknown> {
  const { seed, scopes } = session;
  const { first, last, email } = person(`${seed}/users`, index);
  const isBot = index === 0 || index % 17 === 16;
  const deleted = !isBot && index % 13 === 12;
  const realName = index === 0 ? 'Slackbot' : isBot ? `${last} Bot` : `${first} ${last}`;
  // Deleted users have lost most of their profile; bots have no address; many people have no display name.
  const shownEmail = !isBot && scopes.has('users:read.email') ? { email } : {};
  return {
    id: userId(session, index),
    team_id: teamIdOf(session.account),
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
      display_name: index % 4 === 0 ? '' : first.toLowerCase(),
      status_text: '',
      status_emoji: '',
      team: teamIdOf(session.account),
      ...shownEmail,
    },
    is_bot: isBot && index !== 0,
    is_app_user: false,
    updated: Math.floor(scattered(`${seed}/users`, index).modified / 1000),
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
  const total = totalOf(session);
  if (argument(request, 'limit') === undefined && total > WITHOUT_LIMIT) throw fail('limit_required');
  const place = placeOf(request, 'user');
  const start = place === undefined ? 0 : indexOf(session, place);
  if (start === undefined) throw fail('invalid_cursor');
  const part = request.cut(total, start, limitOf(request, WITHOUT_LIMIT, 1000));
  const members = range(part, (index) => member(session, index));
  const next = part.next === undefined ? undefined : cursorAt('user', userId(session, part.next));
  return ok({ members, cache_ts: Math.floor(request.now / 1000), ...nextCursor(next) });
}

/** users.info */
export function userInfo(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkScope(session, 'users:read');
  const index = indexOf(session, argument(request, 'user') ?? '');
  if (index === undefined) throw fail('user_not_found');
  return ok({ user: member(session, index) });
}
