import type { AuthorizedSession } from '../core/mock-provider.js';
import { hash } from '../data/hash.js';
import { uuid } from '../data/ids.js';
import { type Person, person } from '../data/words.js';
import type { Workspace } from './workspace.js';

/** `email_verified` came in July 2026, in all versions. */
export const personUser = (id: string, { first, last, email }: Person): object => ({
  object: 'user',
  id,
  name: `${first} ${last}`,
  avatar_url: null,
  type: 'person',
  person: { email, email_verified: true },
});

/** Without the capability to read user information, an app learns of people only their ids. */
export function userOf({ seed, data, userId }: Workspace, index: number): object {
  const id = userId(index);
  return data.app?.withoutUserInformation ? { object: 'user', id } : personUser(id, person(seed, index));
}

/** The account whose id ends so belongs to a connection that the workspace owns, not a person. */
export const ownerId = (accountId: string, seed: string): string | undefined =>
  accountId.endsWith('0003') ? undefined : uuid(`${seed}/user`, 0, 0);

export function ownerOf(accountId: string, seed: string): object {
  const id = ownerId(accountId, seed);
  return id === undefined
    ? { type: 'workspace', workspace: true }
    : { type: 'user', user: personUser(id, person(seed, 0)) };
}

/** One bot per app and workspace. */
export const botId = (seed: string, clientId: string): string => uuid(`${seed}/bot`, 0, hash(clientId));

export function botUser({ account, seed, app }: AuthorizedSession): object {
  return {
    object: 'user',
    id: botId(seed, app.clientId),
    name: app.name,
    avatar_url: null,
    type: 'bot',
    bot: {
      owner: ownerOf(account.id, seed),
      workspace_id: account.id,
      workspace_name: account.name,
      workspace_limits: { max_file_upload_size_in_bytes: 5_368_709_120 },
    },
  };
}
