import { json, type MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { fields, list } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { range } from '../data/paging.js';
import { cells } from './columns.js';
import { invalid, notFound } from './errors.js';
import { listing, pageSize, startOf } from './listing.js';
import { page } from './objects.js';
import { dialectOf } from './versions.js';
import { Workspace } from './workspace.js';

const PAGED = new Set(['title', 'rich_text', 'people', 'relation']);

/** GET /v1/pages/{id}/properties/{property_id}: lists are paged, with an item for each reference; other kinds are one item. */
export function pageProperty(request: MockRequest, session: AuthorizedSession): MockResponse {
  const workspace = new Workspace(session);
  const ref = workspace.findPage(request.params['id'] ?? '');
  if (!ref) throw notFound('page', request.params['id'] ?? '');
  const given = request.params['property'] ?? '';
  const whole = workspace.dataSourceOf(ref) === undefined ? {} : cells(workspace, ref, workspace.references);
  const properties = { ...fields(page(workspace, ref, dialectOf(request))['properties']), ...whole };
  const found = Object.entries(properties).find(
    ([name, property]) => name === given || [given, encodeURIComponent(given)].includes(String(fields(property)['id'])),
  );
  if (!found) throw invalid(`Could not find property with name or id: ${given}`);
  const property = fields(found[1]);
  const type = String(property['type']);
  const value = property[type];
  if (PAGED.has(type)) return items(request, workspace, property, type, list(value), {});
  const rollup = fields(value);
  if (type !== 'rollup') return json(200, { object: 'property_item', ...property });
  if (rollup['type'] !== 'array') {
    const related = list(fields(properties['Depends on'])['relation']);
    return items(request, workspace, property, 'relation', related, { rollup });
  }
  const entries = list(rollup['array']).map(fields);
  const kind = String(entries[0]?.['type']);
  const values = entries.map((entry) => entry[kind]);
  return items(request, workspace, property, kind, values, { rollup: { ...rollup, array: [] } });
}

function items(
  request: MockRequest,
  workspace: Workspace,
  { id, type: propertyType }: Record<string, unknown>,
  type: string,
  values: unknown[],
  about: object,
): MockResponse {
  const part = request.cut(values.length, startOf(request, workspace), pageSize(request));
  const results = range(part, (index) => ({ object: 'property_item', id, type, [type]: values[index] }));
  return listing(request, workspace, {
    type: 'property_item',
    results,
    part,
    about: { id, next_url: null, type: propertyType, [String(propertyType)]: {}, ...about },
  });
}
