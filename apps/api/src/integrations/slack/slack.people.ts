import { UpstreamError, optional, type JsonObject } from '@causeway/http-client';
import type { AccountContext } from '../integration.js';
import { unescape, type NameOf } from './slack.text.js';

const PAGE_SIZE = 500;
/** Names of more people than these pages hold are not known: they cost as many requests for every minute of a load. */
const MAX_PAGES = 4;

/** Names by user id and by handle, which group messages have in their own names. */
export interface People {
  nameOf: NameOf;
  nameOfHandle: NameOf;
}

type Entry = [id: string, handle: string | null, name: string];

/** The people of a workspace, as far as the token may list them. */
export async function readPeople({ api, scopes }: AccountContext, team: string | null): Promise<People> {
  if (!scopes.includes('users:read')) return NOBODY;
  return toPeople(await api.remember(`people:${team ?? ''}`, () => listPeople(api, team)));
}

async function listPeople(api: AccountContext['api'], team: string | null): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const body = await readPart(api, team, cursor);
    for (const value of optional.array(body['members'])) {
      const member = optional.object(value);
      const id = optional.string(member['id']);
      const name = nameOfUser(member);
      if (id !== null && name !== null) entries.push([id, optional.string(member['name']), name]);
    }
    cursor = optional.string(optional.object(body['response_metadata'])['next_cursor']) ?? undefined;
    if (cursor === undefined) break;
  }
  return entries;
}

/** Names are an addition: items are given without them, too. */
async function readPart(
  api: AccountContext['api'],
  team: string | null,
  cursor: string | undefined,
): Promise<JsonObject> {
  try {
    const query = { limit: PAGE_SIZE, cursor, team_id: team ?? undefined };
    const { body } = await api.read({ path: '/api/users.list', query, rateLimit: 'tier-2', subject: 'users.list' });
    return optional.object(body);
  } catch (error) {
    if (error instanceof UpstreamError) return {};
    throw error;
  }
}

function toPeople(entries: readonly Entry[]): People {
  const byId = new Map(entries.map(([id, , name]) => [id, name]));
  const byHandle = new Map(entries.map(([, handle, name]) => [handle, name]));
  return {
    nameOf: (id) => byId.get(id) ?? null,
    nameOfHandle: (handle) => byHandle.get(handle) ?? null,
  };
}

/** No names are known. */
export const NOBODY: People = toPeople([]);

export function nameOfUser(user: JsonObject): string | null {
  const profile = optional.object(user['profile']);
  const names = [user['real_name'], profile['real_name'], profile['display_name'], user['name']];
  const name = names.map(optional.string).find((text) => text !== null);
  return name === undefined || name === null ? null : unescape(name);
}
