import { fields, flag, isObject, list, strings, text, type Fields } from '../core/fields.js';
import { isProviderId, PROVIDER_IDS, type ProviderId } from '../core/provider-id.js';
import type { ItemEditor, RequestedEdit } from '../core/item-editor.js';
import type { RateLimit } from './rate-limit.js';
import type { EndpointKind } from '../core/endpoint-kind.js';
import type { AppVariants, RegisteredApp } from '../oauth/registered-app.js';
import { ControlError, required } from './control-error.js';
import { FAULT_KINDS, type FaultSpec } from './faults.js';

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** Drops undefined members, for `exactOptionalPropertyTypes`. */
const given = <T extends object>(values: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

export function readProvider(body: Fields): ProviderId {
  const { provider } = body;
  if (!isProviderId(provider)) throw new ControlError(`provider must be one of ${PROVIDER_IDS.join(', ')}`);
  return provider;
}

export function readApp(body: Fields): RegisteredApp {
  const secret = body['clientSecret'] === null ? null : text(body['clientSecret']);
  if (secret === undefined) throw new ControlError('clientSecret must be a string or null');
  const variants = given<AppVariants>({
    rotation: body['rotation'] === undefined ? undefined : flag(body['rotation']),
    accessTokenTtlSeconds: count(body['accessTokenTtlSeconds']),
    refreshTokenTtlSeconds: count(body['refreshTokenTtlSeconds']),
    refreshGraceSeconds: count(body['refreshGraceSeconds']),
    oldPair: body['oldPair'] === 'lives' ? 'lives' : undefined,
    oneGrant: flag(body['oneGrant']) || undefined,
    requireVersionOnToken: flag(body['requireVersionOnToken']) || undefined,
    withoutUserInformation: flag(body['withoutUserInformation']) || undefined,
    denialStays: flag(body['denialStays']) || undefined,
    historyLimited: flag(body['historyLimited']) || undefined,
    allowedScopes: Array.isArray(body['allowedScopes']) ? strings(body['allowedScopes']) : undefined,
  });
  return {
    ...variants,
    provider: readProvider(body),
    clientId: required(text(body['clientId']), 'clientId is missing'),
    clientSecret: secret,
    name: text(body['name']) ?? 'Test app',
    redirectUris: body['redirectUris'] === undefined ? 'loopback' : strings(list(body['redirectUris'])),
  };
}

const isOn = (value: unknown): value is FaultSpec['on'] =>
  typeof value === 'string' && (['authorize', 'token', 'data'].includes(value) || value.startsWith('/'));

export function readFault(body: Fields): FaultSpec {
  const kind = FAULT_KINDS.find((known) => known === body['kind']);
  if (!kind) throw new ControlError(`kind must be one of ${FAULT_KINDS.join(', ')}`);
  const on = body['on'] ?? ('data' satisfies EndpointKind);
  if (!isOn(on)) throw new ControlError("on must be 'authorize', 'token', 'data' or a path that starts with /");
  const { retryAfter, work } = body;
  return {
    provider: readProvider(body),
    kind,
    on,
    ...given<Omit<FaultSpec, 'provider' | 'kind' | 'on'>>({
      times: count(body['times']),
      skip: count(body['skip']),
      ms: count(body['ms']),
      status: count(body['status']),
      count: count(body['count']),
      reason: text(body['reason']),
      retryAfter: retryAfter === 'date' || retryAfter === 'none' ? retryAfter : count(retryAfter),
      work: work === 'done' || work === 'not-done' ? work : undefined,
    }),
  };
}

export function readLimit(value: unknown): RateLimit | 'off' {
  if (value === 'off') return value;
  const { requests, seconds, penaltySeconds } = isObject(value) ? value : {};
  return given<RateLimit>({
    requests: required(count(requests), "limit must be 'off' or {requests, seconds}"),
    seconds: required(count(seconds), "limit must be 'off' or {requests, seconds}"),
    penaltySeconds: count(penaltySeconds),
  });
}

export function readEdit(body: Fields, { types, hasProperties }: ItemEditor, now: number): RequestedEdit {
  const type = required(text(body['type']), 'type is missing');
  if (!types.includes(type)) throw new ControlError(`type must be one of ${types.join(', ')}`);
  const modified = body['modified'] === undefined ? now : Date.parse(text(body['modified']) ?? '');
  if (Number.isNaN(modified)) throw new ControlError('modified must be a time in ISO 8601');
  const properties = Object.entries(fields(body['properties'])).map(([name, value]) => [name, text(value) ?? null]);
  if (!hasProperties && properties.length > 0) throw new ControlError('only records of HubSpot have properties');
  return {
    type,
    id: text(body['id']),
    parent: text(body['parent']),
    change: {
      modified,
      deleted: flag(body['deleted']),
      properties: Object.fromEntries(properties) as RequestedEdit['change']['properties'],
      ...given<Pick<RequestedEdit['change'], 'title' | 'archived' | 'created'>>({
        title: text(body['title']),
        archived: body['archived'] === undefined ? undefined : flag(body['archived']),
        created: flag(body['created']) ? modified : undefined,
      }),
    },
  };
}

export function readSizes(value: unknown, names: readonly string[]): Record<string, number> {
  if (!isObject(value)) throw new ControlError('sizes must be an object of numbers');
  for (const [name, size] of Object.entries(value)) {
    if (!names.includes(name)) throw new ControlError(`sizes.${name} is not known; there are ${names.join(', ')}`);
    if (!Number.isInteger(size) || Number(size) < 0) throw new ControlError(`sizes.${name} must be a whole number`);
  }
  return value as Record<string, number>;
}
