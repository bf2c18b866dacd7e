import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { flag } from '../core/fields.js';
import type { AccountData } from '../core/account.js';
import { type EditList, FIRST_CREATED } from '../core/edits.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { oneOf, pick } from '../data/hash.js';
import { slackIds } from '../data/ids.js';
import { type Moments, scattered } from '../data/timestamps.js';
import { range } from '../data/paging.js';
import { topic } from '../data/words.js';
import { cursorAt, limitOf, nextCursor, placeOf } from './cursors.js';
import { fail, ok } from './errors.js';
import { argument, botUserId, checkScope, checkTeam, teamIdOf } from './teams.js';
import { userId } from './users.js';

export type ConversationKind = 'public_channel' | 'private_channel' | 'mpim' | 'im';

const SCOPE: Record<ConversationKind, string> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  mpim: 'mpim:read',
  im: 'im:read',
};

const isKind = (name: string): name is ConversationKind => name in SCOPE;

export interface Conversation {
  index: number;
  id: string;
  kind: ConversationKind;
  member: boolean;
  archived: boolean;
  /** How many messages were there from the start. */
  messages: number;
}

/**
 * Half of the public channels, then the private ones and the direct messages, then the other half. A page that falls
 * into the middle is empty once the types are filtered, and still has a cursor.
 */
function kindOf({ sizes }: AccountData, index: number): ConversationKind {
  const early = Math.ceil((sizes['channels'] ?? 0) / 2);
  let rest = index - early;
  if (rest < 0) return 'public_channel';
  const middle = [
    ['private_channel', 'privateChannels'],
    ['im', 'ims'],
    ['mpim', 'mpims'],
  ] as const;
  for (const [kind, size] of middle) {
    if (rest < (sizes[size] ?? 0)) return kind;
    rest -= sizes[size] ?? 0;
  }
  return 'public_channel';
}

/** Without the created ones, which are public channels. */
const computed = ({ sizes }: AccountData) =>
  (sizes['channels'] ?? 0) + (sizes['privateChannels'] ?? 0) + (sizes['mpims'] ?? 0) + (sizes['ims'] ?? 0);

const PREFIX: Record<ConversationKind, string> = { public_channel: 'C0', private_channel: 'C0', mpim: 'G0', im: 'D0' };
const idKey = ({ seed }: AccountData) => `${seed}/conversation`;
export const conversationEdits = ({ edits }: AccountData): EditList => edits.list('conversation');

export function conversation(data: AccountData, index: number): Conversation {
  const kind = kindOf(data, index);
  const id = slackIds.encode(PREFIX[kind], idKey(data), index);
  const isCreated = index >= FIRST_CREATED;
  // A bot is not in every public channel; of the others it only sees those that it is in.
  const member = kind !== 'public_channel' || index === 0 || isCreated || pick(3, `${data.seed}/member`, index) > 0;
  const isQuiet = !isCreated && kind !== 'im' && index % 12 === 11;
  const archived = conversationEdits(data).of(index)?.archived ?? isQuiet;
  const total = isCreated ? 0 : (data.sizes['messages'] ?? 0);
  return { index, id, kind, member, archived, messages: isQuiet ? Math.min(total, 3) : total };
}

const indexOf = (data: AccountData, id: string) => slackIds.decode(id.slice(0, 2), idKey(data), id);

export function findConversation(data: AccountData, id = ''): Conversation | undefined {
  const index = indexOf(data, id);
  return index !== undefined && conversationEdits(data).has(index, computed(data))
    ? conversation(data, index)
    : undefined;
}

export function requestedConversation(request: MockRequest, session: AuthorizedSession): Conversation {
  const found = findConversation(session, argument(request, 'channel'));
  if (found === undefined) throw fail('channel_not_found');
  return found;
}

export function nameOf(data: AccountData, { index, kind }: Conversation): string {
  const word = topic(`${data.seed}/channel`, index)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/-$/, '');
  const computedName = kind === 'mpim' ? `mpdm-ada--bram--${index}-1` : index === 0 ? 'general' : `${word}-${index}`;
  return conversationEdits(data).of(index)?.title ?? computedName;
}

export function timesOf(data: AccountData, { index }: Conversation): Moments {
  const edit = conversationEdits(data).of(index);
  const { created, modified } = scattered(`${data.seed}/conversation`, index);
  return { created: edit?.created ?? created, modified: edit?.modified ?? modified };
}

function describe(data: AccountData, one: Conversation): Record<string, unknown> {
  const { index, id, kind, member, archived } = one;
  const { seed, account } = data;
  const { created, modified } = timesOf(data, one);
  // `created` in seconds, `updated` in milliseconds.
  const times = { created: Math.floor(created / 1000), updated: modified };
  if (kind === 'im') {
    const user = userId(data, 1 + pick(Math.max(1, data.sizes['users'] ?? 1), `${seed}/im`, index));
    return {
      id,
      ...times,
      is_archived: false,
      is_im: true,
      is_org_shared: false,
      user,
      is_user_deleted: index % 5 === 4,
      priority: 0,
    };
  }
  const name = nameOf(data, one);
  const creator = botUserId(seed);
  // Slack Connect: a channel with people of another organization.
  const shared = kind === 'public_channel' && index % 9 === 4;
  return {
    id,
    name,
    name_normalized: name,
    is_channel: kind === 'public_channel' || kind === 'private_channel',
    is_group: false,
    is_im: false,
    is_mpim: kind === 'mpim',
    is_private: kind !== 'public_channel',
    ...times,
    is_archived: archived,
    is_general: index === 0,
    unlinked: 0,
    is_shared: shared,
    is_ext_shared: shared,
    ...(shared ? { connected_team_ids: [slackIds.encode('T0', `${seed}/partner`, index)] } : {}),
    is_org_shared: false,
    is_member: member && !archived,
    context_team_id: teamIdOf(account),
    creator,
    topic: {
      value: index % 3 ? '' : `${oneOf(['Plans', 'Fragen & Antworten', '雑談'], seed, index)} 🪁`,
      creator,
      last_set: 0,
    },
    purpose: { value: index % 4 ? '' : 'For everybody', creator, last_set: 0 },
    previous_names: [],
    ...(kind === 'mpim' ? {} : { num_members: 1 + pick(60, `${seed}/members`, index) }),
  };
}

/** conversations.list: types and archived ones are filtered after the page has been cut. */
export function listConversations(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkTeam(request, session);
  const types = (argument(request, 'types') ?? 'public_channel').split(',').map((type) => type.trim());
  const kinds = types.filter(isKind);
  if (kinds.length !== types.length) throw fail('invalid_types');
  for (const kind of kinds) checkScope(session, SCOPE[kind]);
  const limit = limitOf(request, 100);
  const place = placeOf(request, 'team');
  const first = place === undefined ? 0 : indexOf(session, place);
  const edits = conversationEdits(session);
  const size = computed(session);
  if (first === undefined || !edits.knows(first, size)) throw fail('invalid_cursor');
  const part = request.cut(size + edits.created, edits.positionOf(first, size), limit);
  const withArchived = !flag(argument(request, 'exclude_archived'));
  const channels = range(part, (position) => conversation(session, edits.indexAt(position, size)))
    .filter(
      ({ index, kind, archived }) => edits.has(index, size) && kinds.includes(kind) && (withArchived || !archived),
    )
    .map((one) => describe(session, one));
  const nextIndex = part.next === undefined ? undefined : edits.indexAt(part.next, size);
  const next = nextIndex === undefined ? undefined : cursorAt('team', conversation(session, nextIndex).id);
  return ok({ channels, ...nextCursor(next) });
}

/** conversations.info */
export function conversationInfo(request: MockRequest, session: AuthorizedSession): MockResponse {
  const found = requestedConversation(request, session);
  checkScope(session, SCOPE[found.kind]);
  const { num_members: count, ...channel } = describe(session, found);
  const isCounted = count !== undefined && flag(argument(request, 'include_num_members'));
  return ok({ channel: isCounted ? { ...channel, num_members: count } : channel });
}
