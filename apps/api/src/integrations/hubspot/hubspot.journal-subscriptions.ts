import { UpstreamError, optional, readArray, readObject, type JsonObject } from '@causeway/http-client';
import type { AppApi, JournalAccount, OwnSubscriptions, SubscribeResult } from '../integration.js';
import { OBJECTS, objectOf } from './hubspot.objects.js';

/** The version whose published documents this was written from: it is supported until September 2027. */
export const JOURNAL_VERSION = '2026-03';
const PATH = `/webhooks-journal/subscriptions/${JOURNAL_VERSION}`;

export const APP_UNINSTALLED = '4-1916193';
const LIFECYCLE = ['4-1909196', APP_UNINSTALLED];
const ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'];
/** Contacts alone can be deleted so that nothing is left. */
const CONTACT = '0-1';
const PRIVACY_ACTIONS = ['GDPR_DELETE'];
const INVALID = 400;
/** There is one already. */
const CONFLICT = 409;

interface Subscription {
  subscriptionType: 'OBJECT' | 'GDPR_PRIVACY_DELETION' | 'APP_LIFECYCLE_EVENT';
  portalId?: number;
  objectTypeId?: string;
  eventTypeId?: string;
  actions?: readonly string[];
}

/**
 * Subscriptions to objects are for one account each. Without `properties` and `objectIds`, which are optional in the guide and may be `null`
 * in responses, they are taken to be for all of them.
 */
export async function subscribe(
  api: AppApi,
  accounts: readonly JournalAccount[],
  own: OwnSubscriptions,
): Promise<SubscribeResult> {
  const { body } = await api.request({ path: PATH });
  const existing = readArray(readObject(body, 'response')['results'], 'results').map(optional.object);
  const { wanted, refused, isWhole } = await wantedFor(accounts);
  const added = new Set<string>();
  for (const one of wanted) {
    if (existing.some((other) => covers(other, one))) continue;
    try {
      const id = await create(api, one);
      if (id !== null && !existing.some((other) => idOf(other) === id)) await own.add(id);
      if (one.portalId !== undefined) added.add(String(one.portalId));
    } catch (error) {
      if (error instanceof UpstreamError && error.context.status === CONFLICT) continue;
      if (!isRefusal(error)) throw error;
      refused.push({ what: nameOf(one), error });
    }
  }
  const isNeeded = (one: JsonObject) => wanted.some((other) => isForSame(one, other)) || !isWhole(one['portalId']);
  await remove(api, existing.filter((one) => !isNeeded(one)).map(idOf), own);
  return { added: [...added], refused };
}

/** `isWhole`: all that is wanted of an account is known. */
async function wantedFor(accounts: readonly JournalAccount[]) {
  const wanted: Subscription[] = LIFECYCLE.map((eventTypeId) => ({
    subscriptionType: 'APP_LIFECYCLE_EVENT',
    eventTypeId,
  }));
  const refused: { what: string; error: unknown }[] = [];
  const unknown = new Set(accounts.filter(({ hasUnknownTypes }) => hasUnknownTypes).map(({ id }) => id));
  for (const account of accounts) {
    const portalId = Number(account.id);
    for (const type of account.types) {
      const objectTypeId = await typeIdOf(account, type).catch((error: unknown) => {
        refused.push({ what: `${type} of account ${account.id}`, error });
        unknown.add(account.id);
        return null;
      });
      if (objectTypeId === null) continue;
      const object = { portalId, objectTypeId };
      wanted.push({ subscriptionType: 'OBJECT', ...object, actions: ACTIONS });
      if (objectTypeId === CONTACT)
        wanted.push({ subscriptionType: 'GDPR_PRIVACY_DELETION', ...object, actions: PRIVACY_ACTIONS });
    }
  }
  return { wanted, refused, isWhole: (portalId: unknown) => !unknown.has(String(portalId)) };
}

async function remove(api: AppApi, ids: readonly (string | null)[], own: OwnSubscriptions): Promise<void> {
  const made = await own.list();
  for (const id of ids) {
    if (id === null || !made.has(id)) continue;
    try {
      await api.request({ method: 'DELETE', path: `${PATH}/${encodeURIComponent(id)}` });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // It is tried again the next time.
      if (error.reason !== 'missing') continue;
    }
    await own.remove(id);
  }
}

/** The published specification requires `properties` and `objectIds`; the guide does not, and apps that leave them out work. */
async function create(api: AppApi, wanted: Subscription): Promise<string | null> {
  const post = async (json: object) => {
    const { body } = await api.request({ method: 'POST', path: PATH, json });
    return idOf(optional.object(body));
  };
  try {
    return await post(wanted);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.context.status !== INVALID) throw error;
    return post({ ...wanted, properties: [], objectIds: [] });
  }
}

function idOf({ id }: JsonObject): string | null {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

/** `null`: no object, of which no journal tells. */
async function typeIdOf({ api }: JournalAccount, type: string): Promise<string | null> {
  if (type === 'owner') return null;
  return OBJECTS.get(type)?.typeId ?? (await objectOf(api, type)).typeId;
}

function isForSame(
  existing: JsonObject,
  { subscriptionType, portalId, objectTypeId, eventTypeId }: Subscription,
): boolean {
  return (
    existing['subscriptionType'] === subscriptionType &&
    (portalId === undefined || Number(existing['portalId']) === portalId) &&
    (objectTypeId === undefined || existing['objectTypeId'] === objectTypeId) &&
    (eventTypeId === undefined || existing['eventTypeId'] === eventTypeId)
  );
}

function covers(existing: JsonObject, wanted: Subscription): boolean {
  const { actions } = wanted;
  const isSame = isForSame(existing, wanted) && optional.string(existing['deletedAt']) === null;
  const known = optional.array(existing['actions']);
  const isNarrowed = ['properties', 'objectIds'].some((name) => optional.array(existing[name]).length > 0);
  return isSame && (actions ?? []).every((action) => known.includes(action)) && (actions === undefined || !isNarrowed);
}

/** What is refused for one account or type keeps the others from nothing. */
function isRefusal(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && ['forbidden', 'rejected', 'missing'].includes(error.reason);
}

function nameOf({ subscriptionType, portalId, objectTypeId, eventTypeId }: Subscription): string {
  const what = `${subscriptionType} ${objectTypeId ?? eventTypeId}`;
  return portalId === undefined ? what : `${what} of account ${portalId}`;
}
