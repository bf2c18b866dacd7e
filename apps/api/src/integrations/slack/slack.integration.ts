import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import { UpstreamError, optional, readArray, readObject, readString, type JsonObject } from '@causeway/http-client';
import {
  Integration,
  type Account,
  type AccountContext,
  type AccountIdentity,
  type IntegrationItem,
  type ItemRequest,
  type ProviderApi,
} from '../integration.js';
import { readCursor, readPage, type Branches, type Page, type PageRequest } from '../page.js';
import type { ReceivedWebhook, WebhookRequest } from '../provider-webhook.js';
import { slack } from './slack.definition.js';
import { readEntry } from './slack.item.js';
import { classify } from './slack.errors.js';
import { MAX_PAGE_SIZE, accountKey, isOrganizationWide, readPosition, workspaces } from './slack.organization.js';
import { channelToItem, userToItem } from './slack.mapper.js';
import { messageToItem } from './slack.message.js';
import { NOBODY, readPeople, type People } from './slack.people.js';
import { receiveSlackWebhook } from './slack.webhooks.js';

/** A request for a kind of conversation whose scope is missing fails as a whole. */
const CONVERSATION_KINDS: Record<string, string> = {
  'channels:read': 'public_channel',
  'groups:read': 'private_channel',
  'mpim:read': 'mpim',
  'im:read': 'im',
};

/** How each item type is listed: the method, its rate limit, and the member that holds the list. */
const LISTS = {
  channel: { method: 'conversations.list', rateLimit: 'tier-2', member: 'channels' },
  user: { method: 'users.list', rateLimit: 'tier-2', member: 'members' },
  message: { method: 'conversations.history', rateLimit: 'history', member: 'messages' },
  reply: { method: 'conversations.replies', rateLimit: 'history', member: 'messages' },
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
    const user = optional.string(optional.object(response['authed_user'])['id']);
    // Only for links: an account is connected without it, too.
    const { url } = await authTest(api).catch((error: unknown) => {
      if (!(error instanceof UpstreamError)) throw error;
      return { url: null };
    });
    const name = optional.string(team['name']) ?? optional.string(enterprise['name']) ?? id;
    return {
      account: { id, name, url: optional.string(url) },
      key: accountKey(optional.string(enterprise['id']), id),
      authorizedBy: user ?? undefined,
      // Without a token of a bot, the grant is the user's.
      grantee:
        (optional.string(response['access_token']) && optional.string(response['bot_user_id'])) ?? user ?? undefined,
    };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await authTest(api))['user_id'], 'user_id');
  }

  async fetchPage(request: PageRequest, context: AccountContext): Promise<Page | Branches> {
    const { api, account, scopes } = context;
    const position = readPosition(request, context);
    if (position.at === 'workspaces') return workspaces(api, position);
    const { team, cursor } = position;
    // A thread is named by its channel and its first message.
    const [channel = null, thread] = request.parent?.split(':') ?? [];
    const { method, rateLimit, member } =
      LISTS[thread === undefined ? (request.type as 'channel' | 'user' | 'message') : 'reply'];
    const { body } = await api.read({
      path: `/api/${method}`,
      query: {
        limit: Math.min(request.limit, MAX_PAGE_SIZE),
        cursor: cursor ?? undefined,
        types: request.type === 'channel' ? conversationKinds(scopes) : undefined,
        channel: channel ?? undefined,
        ts: thread,
        team_id: team ?? undefined,
      },
      rateLimit,
      subject: method,
    });
    const response = readObject(body, 'response');
    // The first message of a thread is in its channel, too: it is no reply.
    const entries = readArray(response[member], member).filter(
      (entry) => thread === undefined || optional.object(entry)['ts'] !== thread,
    );
    const people = needsNames(request, entries) ? await readPeople(context, team) : NOBODY;
    const page = readPage(
      entries,
      (entry) => toItem(request.type, entry, account, channel, people),
      () => {
        const next = readCursor(optional.object(response['response_metadata'])['next_cursor'], 'next_cursor');
        return next === null || team === null ? next : JSON.stringify({ at: 'workspace', team, cursor: next });
      },
    );
    if (isOlder(entries.at(-1), request.changedSince)) return { ...page, nextPosition: null, cut: undefined };
    return page.nextPosition === null ? { ...page, cut: page.cut ?? cutOf(response) } : page;
  }

  async fetchItem(request: ItemRequest, context: AccountContext): Promise<IntegrationItem | null> {
    const entry = await readEntry(request, context);
    if (entry === null) return null;
    // A token for a whole organization lists the people of one workspace at a time.
    const team = isOrganizationWide(context) ? optional.string(entry['context_team_id']) : null;
    const people = needsNames(request, [entry]) ? await readPeople(context, team) : NOBODY;
    return toItem(request.type, entry, context.account, request.driveId, people);
  }

  receiveWebhook(request: WebhookRequest): Promise<ReceivedWebhook> {
    return Promise.resolve(receiveSlackWebhook(request));
  }
}

/** A channel has its newest messages first: what follows an older one was created before it. */
function isOlder(entry: unknown, createdSince: number | null): boolean {
  if (createdSince === null) return false;
  const time = Number(optional.string(optional.object(entry)['ts']) ?? NaN);
  return time * 1000 < createdSince;
}

/** Why a list ends here though Slack has more. */
function cutOf(response: JsonObject): UpstreamError | undefined {
  if (response['is_limited'] === true) {
    return new UpstreamError('forbidden', {
      advice: "This workspace's plan hides messages that are older than these.",
    });
  }
  if (response['has_more'] !== true) return undefined;
  return new UpstreamError('malformed', { note: 'It says that there are more messages, but not where.' });
}

function needsNames({ type }: Pick<PageRequest, 'type'>, entries: readonly unknown[]): boolean {
  if (type === 'message') return entries.length > 0;
  return (
    type === 'channel' && entries.map(optional.object).some(({ is_im, is_mpim }) => is_im === true || is_mpim === true)
  );
}

function toItem(type: string, entry: JsonObject, account: Account, channel: string | null, people: People) {
  if (type === 'channel') return channelToItem(entry, account, people);
  return type === 'user' ? userToItem(entry, account) : messageToItem(entry, account, channel, people.nameOf);
}

async function authTest(api: ProviderApi) {
  const { body } = await api.read({ path: '/api/auth.test', rateLimit: 'tier-3', subject: 'auth.test' });
  return readObject(body, 'answer');
}

function conversationKinds(scopes: readonly string[]): string {
  const kinds = Object.entries(CONVERSATION_KINDS).flatMap(([scope, kind]) => (scopes.includes(scope) ? [kind] : []));
  return kinds.length > 0 ? kinds.join(',') : 'public_channel';
}
