import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { fields, list, text } from '../core/fields.js';
import type { AppRoute, RouteContext } from '../core/mock-provider.js';
import { bearer, queryParameter, type MockRequest } from '../core/request.js';
import { ErrorResponse, json, type MockResponse } from '../core/response.js';
import { iso } from '../data/timestamps.js';
import type { AppToken } from '../oauth/app-tokens.js';
import type { JournalEntry, JournalSubscription } from '../webhooks/event-journal.js';
import { invalid, missingScopes, refuseToken, unknownObject } from './errors.js';
import { APP_ID } from './oauth.js';

/** For how long a file can be downloaded. It is not documented. */
const URL_MS = 5 * 60_000;
const FILES = '/webhooks-journal-files';
const SECRET = 'of the storage';

type Handle = (request: MockRequest, context: RouteContext, token: AppToken) => MockResponse;

/** The app's own token, which other endpoints do not take, and these take no other one. */
function authorized(scope: string, handle: Handle): AppRoute['handle'] {
  return (request, context) => {
    const token = context.sandbox.appTokens.find(bearer(request.headers));
    if (token === undefined || token.expiresAt <= request.now) return refuseToken(request, 'unknown', undefined);
    const needed = `developer.webhooks_journal.${scope}`;
    if (!token.scopes.has(needed)) throw missingScopes(needed);
    return handle(request, context, token);
  };
}

const signatureOf = (offset: string, expires: string) =>
  createHmac('sha256', SECRET).update(`${offset} ${expires}`).digest('hex');

function shown(entry: JournalEntry, { baseUrl, now }: MockRequest, { sandbox }: RouteContext): MockResponse {
  entry.listings += 1;
  const expires = String(now + URL_MS);
  const url = `${baseUrl}${FILES}/${entry.offset}?expires=${expires}&signature=${signatureOf(entry.offset, expires)}`;
  return json(200, {
    url: sandbox.journal.settings.fileUrl ?? url,
    expiresAt: iso(now + URL_MS),
    currentOffset: entry.offset,
  });
}

/** 204 was seen at the end of a journal; the documentation has it as a status without saying where. */
const atEnd = ({ sandbox }: RouteContext): MockResponse => {
  const { atEnd: status } = sandbox.journal.settings;
  return status === 404 ? unknownObject() : { status, body: '' };
};

const outermost =
  (at: 0 | -1): Handle =>
  (request, context, { clientId }) => {
    const entry = context.sandbox.journal.of(clientId, request.now).at(at);
    return entry === undefined ? atEnd(context) : shown(entry, request, context);
  };

const next: Handle = (request, context, { clientId }) => {
  const entries = context.sandbox.journal.of(clientId, request.now);
  const at = entries.findIndex(({ offset }) => offset === request.params['offset']);
  // "Fails with a 404 if the offset has expired or doesn't exist."
  if (at < 0) return unknownObject();
  const entry = entries[at + 1];
  return entry === undefined ? atEnd(context) : shown(entry, request, context);
};

/** The signature is in the address; storage refuses a request that is also authorized in another way. */
const file: AppRoute['handle'] = (request, { sandbox }) => {
  const { offset = '' } = request.params;
  const expires = queryParameter(request, 'expires') ?? '';
  const isSigned = queryParameter(request, 'signature') === signatureOf(offset, expires);
  if (request.headers['authorization'] !== undefined) return { status: 400, body: '<Error>InvalidArgument</Error>' };
  if (!isSigned || Number(expires) <= request.now) return { status: 403, body: '<Error>AccessDenied</Error>' };
  const entry = sandbox.journal.find(offset);
  if (entry === undefined) return { status: 404, body: '<Error>NoSuchKey</Error>' };
  entry.downloads += 1;
  const content = { offset, journalEvents: entry.events, publishedAt: iso(entry.publishedAt) };
  const { gzip } = sandbox.journal.settings;
  if (gzip === 'no') return json(200, content);
  const headers = gzip === 'named' ? { 'content-encoding': 'gzip' } : { 'content-type': 'application/gzip' };
  return { status: 200, headers, body: gzipSync(JSON.stringify(content)) };
};

const subscriptionOf = ({ id, createdAt, fields: asked }: JournalSubscription) => ({
  id,
  appId: APP_ID,
  ...asked,
  createdAt: iso(createdAt),
  updatedAt: iso(createdAt),
  deletedAt: null,
});

const REQUIRED: Record<string, readonly string[]> = {
  OBJECT: ['objectTypeId', 'portalId', 'actions'],
  APP_LIFECYCLE_EVENT: ['eventTypeId'],
  GDPR_PRIVACY_DELETION: ['objectTypeId', 'portalId', 'actions'],
};

const create: Handle = (request, { sandbox }, { clientId }) => {
  const type = text(request.body['subscriptionType']) ?? '';
  const required = REQUIRED[type];
  if (required === undefined) throw invalid('Invalid subscription type provided');
  const missing = required.filter((name) => request.body[name] === undefined);
  if (missing.length > 0) throw invalid(`${missing.join(', ')} must not be null`);
  const isSame = ({ clientId: owner, fields: known }: JournalSubscription) =>
    owner === clientId &&
    ['subscriptionType', 'objectTypeId', 'portalId', 'eventTypeId'].every((name) => known[name] === request.body[name]);
  const known = sandbox.journal.subscriptions.find(isSame);
  if (known === undefined)
    return json(201, subscriptionOf(sandbox.journal.subscribe(clientId, fields(request.body), request.now)));
  known.fields = { ...fields(request.body), actions: list(request.body['actions']) };
  return json(200, subscriptionOf(known));
};

const listSubscriptions: Handle = (_, { sandbox }, { clientId }) =>
  json(200, {
    results: sandbox.journal.subscriptions.filter((one) => one.clientId === clientId).map(subscriptionOf),
  });

const remove: Handle = (request, { sandbox }, { clientId }) => {
  const id = Number(request.params['id']);
  if (!sandbox.journal.subscriptions.some((one) => one.clientId === clientId && one.id === id))
    throw new ErrorResponse(unknownObject());
  sandbox.journal.unsubscribe(clientId, id);
  return { status: 204, body: '' };
};

const route = (method: AppRoute['method'], path: string, handle: AppRoute['handle']): AppRoute => ({
  ...{ kind: 'app', as: 'data', method, path, handle },
});

const READ = 'read';
const LIST = 'subscriptions.read';
const WRITE = 'subscriptions.write';

export const journalRoutes: readonly AppRoute[] = [
  ...['2026-03', '2026-09'].flatMap((version) => [
    route('GET', `/webhooks-journal/journal/${version}/earliest`, authorized(READ, outermost(0))),
    route('GET', `/webhooks-journal/journal/${version}/latest`, authorized(READ, outermost(-1))),
    route('GET', `/webhooks-journal/journal/${version}/offset/:offset/next`, authorized(READ, next)),
    route('GET', `/webhooks-journal/subscriptions/${version}`, authorized(LIST, listSubscriptions)),
    route('POST', `/webhooks-journal/subscriptions/${version}`, authorized(WRITE, create)),
    route('DELETE', `/webhooks-journal/subscriptions/${version}/:id`, authorized(WRITE, remove)),
  ]),
  route('GET', `${FILES}/:offset`, file),
];
