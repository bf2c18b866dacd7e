import { UpstreamError, isObject, type JsonObject } from '@causeway/http-client';
import { SEQUENTIAL, SIDE_BY_SIDE } from '../../src/loads/paginator-options.js';
import type { IntegrationDefinition } from '../../src/integrations/integration-definition.js';
import type { Integration, IntegrationItem } from '../../src/integrations/integration.js';
import { RUNS, SEED, checkPageShapes } from './page-shapes.js';
import { isBranches } from '../../src/integrations/page.js';
import { contextOf, type ListModel, type ProviderModel } from './provider-model.js';

/** What every integration has to hold, with any pages and entries that a provider may send. */
export function describeConformance(integration: Integration, models: readonly ProviderModel[]): void {
  const { definition } = integration;
  const modeled = models.flatMap((model) => model.lists.map((list) => ({ type: list.type, list, model })));

  describe(`the integration ${definition.id}`, () => {
    it('has a model of every item type', () => {
      const types = definition.itemTypes.map(({ type }) => type);
      expect(new Set(modeled.map(({ type }) => type))).toEqual(new Set(types));
    });

    describe.each(modeled)('$type', ({ type, list, model }) => {
      const load = (entries: unknown[]) => firstPage(integration, model, list, entries);

      it('gives every entry of a page once, in its order, with all keys', async () => {
        const { items } = await load(['3', '1', '2'].map((id) => list.entry(id)));
        expect(items.map(({ id }) => id)).toEqual(['3', '1', '2']);
        for (const item of items) {
          expect(item.type).toBe(type);
          expect(item.driveId).toBe(list.driveId ?? null);
          expect(faultsOf(item)).toEqual([]);
        }
      });

      it('does not mind fields that it does not know', async () => {
        const unknown = { brand_new: { nested: [1, null] }, another: 'text' };
        const { items } = await load([list.entry('1'), { ...list.entry('2'), ...unknown }]);
        const [known, other] = items;
        expect(items).toHaveLength(2);
        expect(Object.keys(other?.properties ?? {})).toEqual(Object.keys(known?.properties ?? {}));
      });

      it('gives an entry of which a part is missing or has another type', async () => {
        const { idMembers = ['id'] } = list;
        const strange = [undefined, null, '', 'text', 0, -1, 1e300, true, [], [null], {}, { id: null }];
        for (const path of pathsOf(list.entry('1'))) {
          if (idMembers.includes(path[0] ?? '')) continue;
          for (const value of strange) {
            const entry = replaced(list.entry('1'), path, value);
            const { items, unreadable } = await load([entry]);
            const label = `${path.join('.')} = ${JSON.stringify(value)}`;
            expect([label, unreadable, items.map(({ id }) => id), items.flatMap(faultsOf)]).toEqual([
              label,
              undefined,
              ['1'],
              [],
            ]);
          }
        }
      });

      it('names what it cannot read, and gives the rest of the page', async () => {
        for (const bad of [null, 'text', 7, [], {}]) {
          const { items, unreadable } = await load([list.entry('1'), bad, list.entry('2')]);
          expect(items.map(({ id }) => id)).toEqual(['1', '2']);
          expect(unreadable).toBeInstanceOf(UpstreamError);
        }
      });

      it('gives texts that are whole', async () => {
        const family = '👨‍👩‍👧‍👦'.repeat(200);
        for (const path of pathsOf(list.entry('1'))) {
          const { items } = await load([replaced(list.entry('1'), path, family)]);
          for (const item of items) expect([path, faultsOf(item)]).toEqual([path, []]);
        }
      });

      it('gives an empty page, and one of a thousand entries', async () => {
        expect((await load([])).items).toEqual([]);
        const ids = Array.from({ length: 1_000 }, (_, id) => String(id));
        expect((await load(ids.map((id) => list.entry(id)))).items.map(({ id }) => id)).toEqual(ids);
      });
    });

    const numRuns = Math.ceil(RUNS / models.length);
    it.each([
      ['paged', SEQUENTIAL],
      ['streamed', SIDE_BY_SIDE],
    ])(
      `ends every load (%s), gives each item that can be reached once, and names what may be missing (${RUNS} shapes, seed ${SEED})`,
      async (_, options) => {
        for (const model of models) await checkPageShapes(integration, model, options, numRuns);
      },
      120_000,
    );
  });
}

/** What a provider, or its integration, does not do: for the table of a new provider's documentation. */
export function unsupported(definition: IntegrationDefinition): string[] {
  const { itemTypes, revocation, introspection, authorization, rateLimits } = definition;
  const without = (feature: string, has: (type: (typeof itemTypes)[number]) => unknown) => {
    const lacking = itemTypes.filter((type) => !has(type)).map(({ type }) => type);
    return lacking.length === 0 ? [] : [`${feature}: ${lacking.join(', ')}`];
  };
  return [
    ...(revocation === undefined ? ['revocation'] : []),
    ...(introspection === undefined ? ['introspection'] : []),
    ...(authorization.pkce ? [] : ['PKCE']),
    ...(rateLimits.some(({ reportedBy }) => reportedBy !== undefined) ? [] : ['remaining requests']),
    ...without('changes', ({ changes }) => changes),
    ...without('parent', ({ parent }) => parent),
    ...without('named properties', ({ namedProperties }) => namedProperties),
    ...without('exhaustive lists', ({ notExhaustive }) => notExhaustive === undefined),
  ];
}

/** The items of one page of a list, through all lists that lead to it. */
async function firstPage(integration: Integration, model: ProviderModel, list: ListModel, entries: unknown[]) {
  const body = list.body({ entries, next: null });
  const context = contextOf(integration, model, (request) => {
    if (list.cursorOf(request) !== undefined) return { status: 200, body };
    const other = model.lists.find(({ cursorOf }) => cursorOf(request) !== undefined);
    return other && { status: 200, body: other.body({ entries: [], next: null }) };
  });
  const rest = { limit: 1_000, parent: list.parent ?? null, properties: [], archived: false, changedSince: null };
  const positions: (string | null)[] = [null];
  const items: IntegrationItem[] = [];
  let unreadable: UpstreamError | undefined;
  for (let pages = 0; positions.length > 0 && pages < 50; pages += 1) {
    const position = positions.shift() ?? null;
    const page = await integration.fetchPage({ ...rest, type: list.type, position }, context);
    if (isBranches(page)) {
      positions.unshift(...page.lists.map((branch) => branch.position));
      continue;
    }
    items.push(...page.items);
    unreadable ??= page.unreadable ?? page.cut;
    if (page.nextPosition !== null) positions.unshift(page.nextPosition);
  }
  return { items, unreadable };
}

const TEXTS = ['name', 'parentId', 'parentPathOrName', 'url', 'mimeType', 'delta', 'driveId'] as const;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What of an item is not in the shape of the contract. */
function faultsOf(item: IntegrationItem): string[] {
  const faults: string[] = [];
  for (const key of TEXTS) {
    const value: unknown = item[key];
    if (value !== null && (typeof value !== 'string' || value === '')) faults.push(key);
  }
  for (const key of ['creationTime', 'lastModifiedTime'] as const) {
    if (item[key] !== null && !TIME.test(item[key])) faults.push(key);
  }
  if (typeof item.directory !== 'boolean' || typeof item.visibility !== 'boolean') faults.push('booleans');
  if (!Array.isArray(item.children) || !isObject(item.properties)) faults.push('children or properties');
  if (Object.values(item.properties).includes(undefined)) faults.push('a property that is left out of JSON');
  const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
  if (loneSurrogate.test(item.name ?? '')) faults.push('a name that is cut inside a character');
  return faults;
}

/** Of all members, down to the third level. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (!isObject(value) || path.length > 3) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...pathsOf(member, [...path, key])]);
}

function replaced(value: JsonObject, [key = '', ...rest]: readonly string[], by: unknown): JsonObject {
  const member = value[key];
  return { ...value, [key]: rest.length === 0 || !isObject(member) ? by : replaced(member, rest, by) };
}
