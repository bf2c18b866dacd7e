import { json } from '../core/response.js';
import type { DataRoute } from '../core/mock-provider.js';
import { readAssociations } from './associations.js';
import { getObject, listObjects, readBatch } from './list.js';
import { isEu, uiDomain } from './portals.js';
import { getOwner, listOwners } from './owners.js';
import { listPipelines } from './pipelines.js';
import { listProperties, listSchemas } from './schemas.js';
import { searchObjects } from './search.js';
import { archiveObject, associateObjects, updateObject } from './writes.js';

type Handle = DataRoute['handle'];

/** Marketplace apps: 110 in 10 seconds for each installing account, searches apart. */
const data = (method: DataRoute['method'], path: string, handle: Handle): DataRoute => ({
  kind: 'data',
  method,
  path,
  rateLimitKeys: (_, { grant }) => [{ rule: 'account', key: `${grant.clientId}/${grant.accountId}` }],
  handle,
});

/** Five a second for an account, whatever the type; these answers carry no limit headers. */
const searching = (path: string): DataRoute => ({
  kind: 'data',
  method: 'POST',
  path,
  rateLimitKeys: (_, { grant }) => [{ rule: 'search', key: grant.accountId }],
  handle: searchObjects,
});

/** The same resources under the dated paths and under v3, which the official SDK calls. */
const objects = (prefix: string): DataRoute[] => [
  data('GET', `${prefix}/:type`, listObjects),
  data('GET', `${prefix}/:type/:id`, getObject),
  data('PATCH', `${prefix}/:type/:id`, updateObject),
  data('DELETE', `${prefix}/:type/:id`, archiveObject),
  data('PUT', `${prefix}/:type/:id/associations/default/:to/:toId`, associateObjects),
  data('POST', `${prefix}/:type/batch/read`, readBatch),
  searching(`${prefix}/:type/search`),
];

const owners = (path: string): DataRoute[] => [data('GET', path, listOwners), data('GET', `${path}/:id`, getOwner)];

const details: Handle = (_, { account }) => {
  const eu = isEu(account);
  return json(200, {
    portalId: Number(account.id),
    accountType: 'STANDARD',
    timeZone: eu ? 'Europe/Berlin' : 'US/Eastern',
    companyCurrency: eu ? 'EUR' : 'USD',
    additionalCurrencies: [],
    utcOffset: eu ? '+02:00' : '-04:00',
    utcOffsetMilliseconds: eu ? 7_200_000 : -14_400_000,
    uiDomain: uiDomain(account),
    dataHostingLocation: eu ? 'eu1' : 'na1',
  });
};

export const dataRoutes: readonly DataRoute[] = [
  ...['/crm/objects/2026-09', '/crm/objects/2026-03', '/crm/v3/objects'].flatMap(objects),
  ...['/crm/owners/2026-09', '/crm/owners/2026-03', '/crm/v3/owners'].flatMap(owners),
  ...['/crm/pipelines/2026-09', '/crm/v3/pipelines'].map((path) => data('GET', `${path}/:type`, listPipelines)),
  ...['/crm/properties/2026-09', '/crm/v3/properties'].map((path) => data('GET', `${path}/:type`, listProperties)),
  ...['/crm-object-schemas/2026-09/schemas', '/crm-object-schemas/v3/schemas'].map((path) =>
    data('GET', path, listSchemas),
  ),
  data('POST', '/crm/associations/2026-09/:type/:to/batch/read', readAssociations),
  ...['/account-info/2026-09/details', '/account-info/2026-03/details', '/account-info/v3/details'].map((path) =>
    data('GET', path, details),
  ),
];
