import { UpstreamError, optional, readArray, readObject, type JsonObject } from '@causeway/http-client';
import type { AppApi, JournalAccount, SubscribeResult } from '../integration.js';
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
export async function subscribe(api: AppApi, accounts: readonly JournalAccount[]): Promise<SubscribeResult> {
  const { body } = await api.request({ path: PATH });
  const existing = readArray(readObject(body, 'response')['results'], 'results').map(optional.object);
  const added: string[] = [];
  const refused: { what: string; error: unknown }[] = [];
  const ensure = async (wanted: Subscription, account: string | null) => {
    if (existing.some((one) => covers(one, wanted))) return;
    try {
      await create(api, wanted);
      if (account !== null) added.push(account);
    } catch (error) {
      if (error instanceof UpstreamError && error.context.status === CONFLICT) return;
      if (!isRefusal(error)) throw error;
      refused.push({ what: nameOf(wanted), error });
    }
  };
  for (const eventTypeId of LIFECYCLE) await ensure({ subscriptionType: 'APP_LIFECYCLE_EVENT', eventTypeId }, null);
  for (const account of accounts) {
    const portalId = Number(account.id);
    for (const type of account.types) {
      const objectTypeId = await typeIdOf(account, type).catch((error: unknown) => {
        refused.push({ what: `${type} of account ${account.id}`, error });
        return null;
      });
      if (objectTypeId === null) continue;
      const object = { portalId, objectTypeId };
      await ensure({ subscriptionType: 'OBJECT', ...object, actions: ACTIONS }, account.id);
      if (objectTypeId === CONTACT)
        await ensure({ subscriptionType: 'GDPR_PRIVACY_DELETION', ...object, actions: PRIVACY_ACTIONS }, account.id);
    }
  }
  return { added: [...new Set(added)], refused };
}

/** The published specification requires `properties` and `objectIds`; the guide does not, and apps that leave them out work. */
async function create(api: AppApi, wanted: Subscription): Promise<void> {
  const post = (json: object) => api.request({ method: 'POST', path: PATH, json });
  try {
    await post(wanted);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.context.status !== INVALID) throw error;
    await post({ ...wanted, properties: [], objectIds: [] });
  }
}

/** `null`: no object, of which no journal tells. */
async function typeIdOf({ api }: JournalAccount, type: string): Promise<string | null> {
  if (type === 'owner') return null;
  return OBJECTS.get(type)?.typeId ?? (await objectOf(api, type)).typeId;
}

function covers(
  existing: JsonObject,
  { subscriptionType, portalId, objectTypeId, eventTypeId, actions }: Subscription,
): boolean {
  const isSame =
    existing['subscriptionType'] === subscriptionType &&
    optional.string(existing['deletedAt']) === null &&
    (portalId === undefined || Number(existing['portalId']) === portalId) &&
    (objectTypeId === undefined || existing['objectTypeId'] === objectTypeId) &&
    (eventTypeId === undefined || existing['eventTypeId'] === eventTypeId);
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
