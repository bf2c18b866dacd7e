import { list } from '../core/fields.js';
import { iso } from '../data/timestamps.js';
import type { JournalRules } from '../webhooks/event-journal.js';
import { APP_ID, userOf } from './oauth.js';

const APP_UNINSTALLED = '4-1916193';

const ACTIONS: Record<string, string> = {
  creation: 'CREATE',
  propertyChange: 'UPDATE',
  deletion: 'DELETE',
  restore: 'RESTORE',
};

/**
 * Webhooks journal guide (2026-03). `crmObject` and `app_lifecycle_event` were seen in journals; how an event of a privacy deletion
 * or of a merge looks is not documented.
 */
export const hubspotJournal: JournalRules = {
  eventOf(event, { account }, now) {
    const [, what = ''] = String(event['subscriptionType']).split('.');
    const { objectId, objectTypeId, propertyName, propertyValue } = event;
    const about = {
      portalId: Number(account.id),
      occurredAt: iso(now),
      objectTypeId,
      objectId: Number(objectId),
    };
    if (what === 'privacyDeletion') return { type: 'gdpr_privacy_deletion', action: 'GDPR_DELETE', ...about };
    const action = ACTIONS[what];
    if (action === undefined) return undefined;
    return {
      type: 'crmObject',
      action,
      ...about,
      ...(typeof propertyName === 'string' && { propertyChanges: { [propertyName]: propertyValue } }),
    };
  },
  uninstalled: ({ account }, now) => ({
    type: 'app_lifecycle_event',
    action: 'APP_UNINSTALL',
    portalId: Number(account.id),
    occurredAt: iso(now),
    eventTypeId: APP_UNINSTALLED,
    properties: { hs_app_id: String(APP_ID), hs_user_id: String(userOf(account.id)) },
  }),
  covers(subscription, event) {
    if (event['type'] === 'app_lifecycle_event')
      return (
        subscription['subscriptionType'] === 'APP_LIFECYCLE_EVENT' &&
        subscription['eventTypeId'] === event['eventTypeId']
      );
    const isHere =
      subscription['portalId'] === event['portalId'] && subscription['objectTypeId'] === event['objectTypeId'];
    if (event['type'] === 'gdpr_privacy_deletion')
      return isHere && subscription['subscriptionType'] === 'GDPR_PRIVACY_DELETION';
    return (
      isHere && subscription['subscriptionType'] === 'OBJECT' && list(subscription['actions']).includes(event['action'])
    );
  },
};
