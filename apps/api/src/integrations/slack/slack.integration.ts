import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import { UpstreamError, optional, readArray, readObject, readString } from '@causeway/http-client';
import { Integration, type AccountContext, type AccountIdentity, type ProviderApi } from '../integration.js';
import { readCursor, readPage, type Branches, type Page, type PageRequest } from '../page.js';
import { slack } from './slack.definition.js';
import { classify } from './slack.errors.js';
import { MAX_PAGE_SIZE, accountKey, readPosition, workspaces } from './slack.organization.js';
import { channelToItem, messageToItem, userToItem } from './slack.mapper.js';

/** A request for a kind of conversation whose scope is missing fails as a whole. */
const CONVERSATION_KINDS: Record<string, string> = {
  'channels:read': 'public_channel',
  'groups:read': 'private_channel',
  'mpim:read': 'mpim',
  'im:read': 'im',
};

/** How each item type is listed: the method, its rate limit, and the member that holds the list. */
const LISTS = {
  channel: { method: 'conversations.list', rateLimit: 'tier-2', member: 'channels', toItem: channelToItem },
  user: { method: 'users.list', rateLimit: 'tier-2', member: 'members', toItem: userToItem },
  message: { method: 'conversations.history', rateLimit: 'tier-3', member: 'messages', toItem: messageToItem },
} as const;

@Injectable()
export class SlackIntegration extends Integration {
  readonly definition = slack;
  readonly classify = classify;

  async identify({ response }: Grant, api: ProviderApi): Promise<AccountIdentity> {
    const team = optional.object(response['team']);
    // An install for a whole organization has no team.
    const enterprise = optional.object(response['enterprise']);
    const id = readString(team['id'] ?? enterprise['id'], 'team.id');
    // Only for links: an account is connected without it, too.
    const { url } = await authTest(api).catch((error: unknown) => {
      if (!(error instanceof UpstreamError)) throw error;
      return { url: null };
    });
    const name = optional.string(team['name']) ?? optional.string(enterprise['name']) ?? id;
    return {
      account: { id, name, url: optional.string(url) },
      key: accountKey(optional.string(enterprise['id']), id),
    };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await authTest(api))['user_id'], 'user_id');
  }

  async fetchPage(request: PageRequest, context: AccountContext): Promise<Page | Branches> {
    const { api, account, scopes } = context;
    const { method, rateLimit, member, toItem } = LISTS[request.type as keyof typeof LISTS];
    const position = readPosition(request, context);
    if (position.at === 'workspaces') return workspaces(api, position);
    const { team, cursor } = position;
    const { body } = await api.read({
      path: `/api/${method}`,
      query: {
        limit: Math.min(request.limit, MAX_PAGE_SIZE),
        cursor: cursor ?? undefined,
        types: request.type === 'channel' ? conversationKinds(scopes) : undefined,
        channel: request.parent ?? undefined,
        team_id: team ?? undefined,
      },
      rateLimit,
      subject: method,
    });
    const response = readObject(body, 'response');
    return readPage(
      readArray(response[member], member),
      (entry) => toItem(entry, account, request.parent),
      () => {
        const next = readCursor(optional.object(response['response_metadata'])['next_cursor'], 'next_cursor');
        return next === null || team === null ? next : JSON.stringify({ at: 'workspace', team, cursor: next });
      },
    );
  }
}

async function authTest(api: ProviderApi) {
  const { body } = await api.read({ path: '/api/auth.test', rateLimit: 'tier-3', subject: 'auth.test' });
  return readObject(body, 'answer');
}

function conversationKinds(scopes: readonly string[]): string {
  const kinds = Object.entries(CONVERSATION_KINDS).flatMap(([scope, kind]) => (scopes.includes(scope) ? [kind] : []));
  return kinds.length > 0 ? kinds.join(',') : 'public_channel';
}
