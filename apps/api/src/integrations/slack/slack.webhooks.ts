import { optional, parseJson, type JsonObject } from '@causeway/http-client';
import {
  REJECTED,
  contentId,
  without,
  type ChangedItem,
  type ProviderEvent,
  type ReceivedWebhook,
  type WebhookRequest,
} from '../provider-webhook.js';
import { hmac, isRecent, isSignature } from '../webhook-signature.js';
import { parentOfMessage } from './slack.message.js';

const SECOND_MS = 1_000;

/** https://docs.slack.dev/reference/events: `user_change` comes also with those that tell of a part of a person's profile. */
const USER_EVENTS = new Set(['team_join', 'user_change', 'user_profile_changed']);
/** Private channels are `group`, and direct messages `im`. Members are counted in a channel. */
const CHANNEL_EVENT = /^(channel|group|im|mpim)_|^member_(joined|left)_channel$/;
const CHANNEL_DELETED = /^(channel|group)_deleted$/;
/** Subtypes of messages that tell of the channel that they are in: its topic, purpose, name, members. */
const ABOUT_CHANNEL = /^(channel|group)_/;

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function receiveSlackWebhook({ headers, body, receivedAt, secret }: WebhookRequest): ReceivedWebhook {
  const time = headers['x-slack-request-timestamp'];
  if (!secret || !isRecent(time, SECOND_MS, receivedAt)) return REJECTED;
  const expected = `v0=${hmac(secret, [`v0:${time}:`, body], 'hex')}`;
  if (!isSignature(headers['x-slack-signature'], expected)) return REJECTED;
  const payload = optional.object(parseJson(body));
  if (payload['type'] === 'url_verification' && typeof payload['challenge'] === 'string') {
    return { kind: 'handshake', response: { challenge: payload['challenge'] } };
  }
  return { kind: 'events', events: eventsOf(payload, body) };
}

function eventsOf(payload: JsonObject, body: Buffer): ProviderEvent[] {
  // `app_rate_limited` is no callback: it has no event in it, and no id.
  const event = payload['type'] === 'event_callback' ? optional.object(payload['event']) : payload;
  const type = optional.string(event['type']);
  if (type === null) return [];
  const ended = endedBy(type, event);
  return [
    {
      id: optional.string(payload['event_id']) ?? contentId(body),
      type,
      occurredAt: endOfSecond(payload['event_time']),
      for: ended === undefined ? visibleTo(payload) : { accounts: installed(payload) },
      ...(ended && { ended }),
      items: itemsOf(type, event),
      // A secret of the app, by which requests were verified before they were signed.
      content: without(payload, 'token'),
    },
  ];
}

/** Slack counts whole seconds. */
function endOfSecond(time: unknown): number | undefined {
  const seconds = optional.number(time);
  return seconds === null ? undefined : (seconds + 1) * SECOND_MS;
}

/** The whole installation, or the grants of users and bots by their ids. */
function endedBy(type: string, event: JsonObject): ProviderEvent['ended'] {
  if (type === 'app_uninstalled') return 'all';
  if (type !== 'tokens_revoked') return undefined;
  const { oauth, bot } = optional.object(event['tokens']);
  return { grantees: [...optional.array(oauth), ...optional.array(bot)].flatMap((id) => optional.string(id) ?? []) };
}

/**
 * An installation of the app is on a workspace, or on a whole organization, which sees what happens in its workspaces. Slack names one
 * that the event is visible to, out of any number. Where it names one for a user, others may not see the event: it may be of a direct message.
 */
function visibleTo(payload: JsonObject): ProviderEvent['for'] {
  const authorizations = authorizationsOf(payload);
  const accounts = [payload, ...authorizations].flatMap((place) =>
    ids(place['team_id'], place['enterprise_id'], place['context_team_id'], place['context_enterprise_id']),
  );
  const isForUsers = authorizations.length > 0 && authorizations.every((one) => one['is_bot'] === false);
  return {
    accounts: [...new Set(accounts)],
    ...(isForUsers && { grantees: authorizations.flatMap((one) => ids(one['user_id'])) }),
  };
}

/** That of a workspace ends without that of the organization that the workspace is in. */
function installed(payload: JsonObject): string[] {
  const authorizations = authorizationsOf(payload);
  return (authorizations.length > 0 ? authorizations : [payload]).flatMap((place) => {
    const [account] =
      place['is_enterprise_install'] === true
        ? ids(place['enterprise_id'])
        : ids(place['team_id'], place['enterprise_id']);
    return account ?? [];
  });
}

function authorizationsOf(payload: JsonObject): JsonObject[] {
  return optional.array(payload['authorizations']).map(optional.object);
}

function itemsOf(type: string, event: JsonObject): ChangedItem[] {
  if (type === 'message') return messages(event);
  if (USER_EVENTS.has(type)) return [event['user']].flatMap(idOf).map((id) => named('user', id));
  if (!CHANNEL_EVENT.test(type)) return [];
  // The conversation gets another id when it is shared between organizations.
  const channels = [event['channel'], event['old_channel_id'], event['new_channel_id']];
  return channels.flatMap(idOf).map((id) => ({ ...named('channel', id), isDeleted: CHANNEL_DELETED.test(type) }));
}

/** https://docs.slack.dev/reference/events/message: an edited or deleted message is inside the event. */
function messages(event: JsonObject): ChangedItem[] {
  const [channel] = idOf(event['channel']);
  if (channel === undefined) return [];
  const subtype = optional.string(event['subtype']);
  const isDeleted = subtype === 'message_deleted';
  const message = optional.object(isDeleted ? event['previous_message'] : (event['message'] ?? event));
  const ts = optional.string(isDeleted ? event['deleted_ts'] : message['ts']);
  const thread = optional.string(message['thread_ts']);
  const at = (id: string, parentId: string) => ({ type: 'message', id, driveId: channel, parentId, isDeleted: false });
  return [
    ...(ts === null ? [] : [{ ...at(ts, parentOfMessage(channel, ts, thread)), isDeleted }]),
    // It counts its replies.
    ...(thread === null || thread === ts ? [] : [at(thread, channel)]),
    ...(subtype !== null && ABOUT_CHANNEL.test(subtype) ? [named('channel', channel)] : []),
  ];
}

function named(type: string, id: string): ChangedItem {
  return { type, id, driveId: null, parentId: null, isDeleted: false };
}

/** Of some events it is an object, of others only the id. */
function idOf(value: unknown): string[] {
  return ids(value, optional.object(value)['id']);
}

function ids(...values: unknown[]): string[] {
  return values.flatMap((value) => optional.string(value) ?? []);
}
