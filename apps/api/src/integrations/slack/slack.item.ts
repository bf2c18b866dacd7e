import { UpstreamError, optional, readArray, readObject, type JsonObject } from '@causeway/http-client';
import { nullIfGone } from '../gone-item.js';
import type { AccountContext, ItemRequest } from '../integration.js';

/** It may be in a channel that the app has been taken out of. */
const GONE = new Set(['channel_not_found', 'user_not_found', 'user_not_visible', 'thread_not_found', 'not_in_channel']);

/** One entry as a list gives it. */
export async function readEntry(request: ItemRequest, context: AccountContext): Promise<JsonObject | null> {
  const read = () => (request.type === 'message' ? readMessage(request, context) : readNamed(request, context));
  return nullIfGone(read, ({ context: { code } }) => code !== undefined && GONE.has(code));
}

async function readNamed({ type, id }: ItemRequest, { api }: AccountContext): Promise<JsonObject> {
  const isUser = type === 'user';
  const method = isUser ? 'users.info' : 'conversations.info';
  const { body } = await api.read({
    path: `/api/${method}`,
    query: isUser ? { user: id } : { channel: id, include_num_members: 'true' },
    rateLimit: isUser ? 'tier-4' : 'tier-3',
    subject: method,
  });
  return readObject(readObject(body, 'response')[type], type);
}

async function readMessage({ id, driveId, parentId }: ItemRequest, { api }: AccountContext) {
  if (driveId === null) throw new UpstreamError('rejected', { note: 'A message is asked for in its channel.' });
  const [, thread] = parentId?.split(':') ?? [];
  const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
  const { body } = await api.read({
    path: `/api/${method}`,
    // The first message of a thread is given with each part of it.
    query: { channel: driveId, ts: thread, oldest: id, latest: id, inclusive: 'true', limit: thread ? 2 : 1 },
    rateLimit: 'history',
    subject: method,
  });
  const messages = readArray(readObject(body, 'response')['messages'], 'messages').map(optional.object);
  return messages.find(({ ts }) => ts === id) ?? null;
}
