import { json } from '../core/response.js';
import { queryParameter } from '../core/request.js';
import type { DataRoute } from '../core/mock-provider.js';
import { range } from '../data/paging.js';
import { baseList, findBase, schemaOf, tables } from './bases.js';
import { data } from './data-route.js';
import { offsetOf, offsetValue } from './offsets.js';
import { getRecord, listRecords } from './records.js';

const BASES_PER_PAGE = 1000;

export const dataRoutes: readonly DataRoute[] = [
  data('GET', '/v0/meta/whoami', undefined, (_, { account, scopes }) => {
    const email = scopes.has('user.email:read') ? { email: account.name } : {};
    return json(200, { id: account.id, scopes: [...scopes], ...email });
  }),
  data('GET', '/v0/meta/bases', 'schema.bases:read', (request, session) => {
    const all = baseList(session);
    const start = offsetValue(request, queryParameter(request, 'offset')) ?? 0;
    const part = request.cut(all.length, start, BASES_PER_PAGE);
    const bases = range(part, (position) => all.at(position)).filter((one) => one !== undefined);
    const shown = bases.map((one) => ({ id: one.id, name: one.name, permissionLevel: one.permissionLevel }));
    const last = bases.at(-1)?.id ?? 'app';
    return json(200, {
      bases: shown,
      ...(part.next === undefined ? {} : { offset: offsetOf(request, part.next, last) }),
    });
  }),
  data('GET', '/v0/meta/bases/:base/tables', 'schema.bases:read', (request, session) => {
    const visible = queryParameter(request, 'include') === 'visibleFieldIds';
    return json(200, {
      tables: tables(session, findBase(session, request.params['base'])).map((one) => schemaOf(one, visible)),
    });
  }),
  data('GET', '/v0/:base/:table', 'data.records:read', listRecords),
  data('POST', '/v0/:base/:table/listRecords', 'data.records:read', listRecords),
  data('GET', '/v0/:base/:table/:record', 'data.records:read', getRecord),
];
