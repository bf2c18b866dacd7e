import { randomBytes, randomUUID } from 'node:crypto';
import { fields, integer, isObject, strings, text } from '../core/fields.js';
import type { AuthorizedSession, DataRoute, RouteContext } from '../core/mock-provider.js';
import { queryParameter, type MockRequest } from '../core/request.js';
import { ErrorResponse, json, type MockResponse } from '../core/response.js';
import { airtableIds } from '../data/ids.js';
import { iso } from '../data/timestamps.js';
import type { Hook } from '../webhooks/hooks.js';
import { isWebAddress } from '../webhooks/post.js';
import { findBase } from './bases.js';
import { data } from './data-route.js';
import { forbidden, invalidRequest, notFound, notPermitted, unprocessable } from './errors.js';

/** A webhook and its payloads live so long; using the webhook begins its life anew. */
const LIFE_MS = 7 * 86_400_000;
const PER_INTEGRATION_AND_BASE = 2;
const PAYLOADS_PER_PAGE = 50;

/** A webhook shows only what its maker could read. */
const SCOPES: Record<string, string> = {
  tableData: 'data.records:read',
  tableFields: 'schema.bases:read',
  tableMetadata: 'schema.bases:read',
};

type Handle = DataRoute['handle'];

/** The webhooks of this integration in the base that the path names. An integration does not see those of others. */
function hooksHere(request: MockRequest, session: AuthorizedSession, { sandbox }: RouteContext): Hook[] {
  const base = findBase(session, request.params['base']);
  if (base.permissionLevel !== 'create') throw notPermitted();
  return sandbox.hooks
    .alive(request.now)
    .filter(({ baseId, clientId }) => baseId === base.id && clientId === session.app.clientId);
}

function hookOf(request: MockRequest, session: AuthorizedSession, context: RouteContext): Hook {
  const hook = hooksHere(request, session, context).find(({ id }) => id === request.params['hook']);
  if (!hook) throw new ErrorResponse(notFound());
  return hook;
}

const create: Handle = (request, session, context) => {
  const here = hooksHere(request, session, context);
  const { notificationUrl, specification } = request.body;
  const filters = fields(fields(fields(specification)['options'])['filters']);
  const types = strings(filters['dataTypes']);
  const isKnown = types.length > 0 && types.every((type) => type in SCOPES) && isObject(specification);
  const url = text(notificationUrl) ?? null;
  if (!isKnown || (url !== null && !isWebAddress(url))) throw invalidRequest();
  if (!types.every((type) => session.scopes.has(SCOPES[type] ?? ''))) throw forbidden();
  if (here.length >= PER_INTEGRATION_AND_BASE)
    throw unprocessable(
      'TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE',
      'This OAuth integration has already made the maximum number of webhooks in this base.',
    );
  const hook: Hook = {
    id: airtableIds.encode('ach', randomUUID(), 0),
    clientId: session.app.clientId,
    accountId: session.account.id,
    baseId: request.params['base'] ?? '',
    notificationUrl: url,
    secret: randomBytes(64).toString('base64'),
    specification,
    expiresAt: request.now + LIFE_MS,
    areNotificationsEnabled: true,
    payloads: [],
    nextCursor: 1,
    last: undefined,
    lastSuccess: null,
    notification: 'idle',
    refreshes: 0,
    listings: 0,
  };
  context.sandbox.hooks.add(hook);
  // The one response that contains the secret.
  return json(200, { id: hook.id, macSecretBase64: hook.secret, expirationTime: iso(hook.expiresAt) });
};

function resultOf({ last }: Hook): object | null {
  if (last === undefined) return null;
  const { at, durationMs, attempt, status, error } = last.sent;
  const success = status !== null && status < 300;
  const failure = { message: error ?? `The notification URL responded with status ${status}` };
  return {
    success,
    completionTimestamp: iso(Date.parse(at) + durationMs),
    durationMs,
    retryNumber: attempt - 1,
    ...(success ? {} : { willBeRetried: last.willBeRetried, error: failure }),
  };
}

const shown = (hook: Hook) => ({
  id: hook.id,
  type: 'client',
  specification: hook.specification,
  notificationUrl: hook.notificationUrl,
  cursorForNextPayload: hook.nextCursor,
  areNotificationsEnabled: hook.areNotificationsEnabled,
  isHookEnabled: true,
  lastSuccessfulNotificationTime: hook.lastSuccess,
  lastNotificationResult: resultOf(hook),
  expirationTime: iso(hook.expiresAt),
});

const listHooks: Handle = (...asked) => json(200, { webhooks: hooksHere(...asked).map(shown) });

const remove: Handle = (request, session, context) => {
  context.sandbox.hooks.remove(hookOf(request, session, context));
  return { status: 204, body: '' };
};

const refresh: Handle = (request, session, context) => {
  const hook = hookOf(request, session, context);
  hook.refreshes += 1;
  hook.expiresAt = request.now + LIFE_MS;
  return json(200, { expirationTime: iso(hook.expiresAt) });
};

const enableNotifications: Handle = (request, session, context) => {
  const hook = hookOf(request, session, context);
  const { enable } = request.body;
  if (typeof enable !== 'boolean') throw invalidRequest();
  hook.areNotificationsEnabled = enable;
  return { status: 204, body: '' };
};

/** GET …/payloads: those from the cursor on, as far as they are kept. */
function payloads(request: MockRequest, session: AuthorizedSession, context: RouteContext): MockResponse {
  const hook = hookOf(request, session, context);
  const cursor = integer(queryParameter(request, 'cursor')) ?? 1;
  const limit = integer(queryParameter(request, 'limit')) ?? PAYLOADS_PER_PAGE;
  if (!(cursor >= 1 && limit >= 1 && limit <= PAYLOADS_PER_PAGE)) throw invalidRequest();
  hook.listings += 1;
  hook.expiresAt = request.now + LIFE_MS;
  hook.payloads = hook.payloads.filter(({ at }) => at > request.now - LIFE_MS);
  const from = hook.payloads.filter((one) => one.cursor >= cursor);
  const page = from.slice(0, limit);
  return json(200, {
    payloads: page.map(({ payload }) => payload),
    cursor: (page.at(-1)?.cursor ?? Math.min(cursor, hook.nextCursor) - 1) + 1,
    mightHaveMore: from.length > page.length,
    payloadFormat: 'v0',
  });
}

const route = (method: DataRoute['method'], path: string, handle: Handle) =>
  data(method, `/v0/bases/:base/webhooks${path}`, 'webhook:manage', handle);

export const hookRoutes: readonly DataRoute[] = [
  route('POST', '', create),
  route('GET', '', listHooks),
  route('DELETE', '/:hook', remove),
  route('POST', '/:hook/refresh', refresh),
  route('POST', '/:hook/enableNotifications', enableNotifications),
  route('GET', '/:hook/payloads', payloads),
];
