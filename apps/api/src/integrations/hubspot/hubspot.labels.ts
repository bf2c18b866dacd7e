import { UpstreamError, optional, readArray, readObject, readString, type FailureReason } from '@causeway/http-client';
import type { IntegrationItem, ProviderApi } from '../integration.js';
import { readWholeList } from '../page.js';
import { ownerName } from './hubspot.mapper.js';
import { API_VERSION, type HubSpotObject } from './hubspot.objects.js';

const MAX_OWNERS = 500;
const OWNER = 'hubspot_owner_id';

/** What an id stands for. */
type Labels = [id: string, label: string][];

/** Records hold ids of their owner, pipeline and stage. Their names stand beside them, where the account lets them be read. */
export async function addLabels(
  api: ProviderApi,
  { path, pipeline }: HubSpotObject,
  items: readonly IntegrationItem[],
): Promise<void> {
  await label(items, OWNER, 'ownerName', () => api.remember('owner-names', () => readable(() => readOwners(api))));
  if (pipeline === undefined) return;
  const { id, stage } = pipeline;
  const read = () => api.remember(`pipelines:${path}`, () => readable(() => readPipelines(api, path)));
  await label(items, id, `${id}Label`, read);
  await label(items, stage, `${stage}Label`, read, id);
}

/** @param within the property with the id of what the ids are unique in */
async function label(
  items: readonly IntegrationItem[],
  property: string,
  labelled: string,
  read: () => Promise<Labels>,
  within?: string,
): Promise<void> {
  const holders = items.filter(({ properties }) => optional.string(properties[property]) !== null);
  if (holders.length === 0) return;
  const labels = new Map<unknown, string>(await read());
  for (const { properties } of holders) {
    const id = properties[property];
    const found = labels.get(within === undefined ? id : stageKey(properties[within], id));
    if (found !== undefined) properties[labelled] = found;
  }
}

const stageKey = (pipeline: unknown, stage: unknown) => `${String(pipeline)}/${String(stage)}`;

async function readPipelines(api: ProviderApi, path: string): Promise<Labels> {
  const { body } = await api.read({ path: `/crm/pipelines/${API_VERSION}/${path}` });
  return readArray(readObject(body, 'list')['results'], 'results').flatMap((entry): Labels => {
    const pipeline = optional.object(entry);
    const stages = optional.array(pipeline['stages']).map(optional.object);
    return [
      ...labelsOf(pipeline, String),
      ...stages.flatMap((stage) => labelsOf(stage, (id) => stageKey(pipeline['id'], id))),
    ];
  });
}

function labelsOf(entry: Record<string, unknown>, keyOf: (id: string) => string): Labels {
  const [id, name] = [optional.string(entry['id']), optional.string(entry['label'])];
  return id === null || name === null ? [] : [[keyOf(id), name]];
}

/** Records keep the owner who was deactivated. */
async function readOwners(api: ProviderApi): Promise<Labels> {
  const lists = [await readOwnerList(api, false), await readOwnerList(api, true)];
  return lists.flat().flatMap(({ id, name }): Labels => (name === null ? [] : [[id, name]]));
}

async function readOwnerList(api: ProviderApi, archived: boolean) {
  const { entries } = await readWholeList(
    async (after) => {
      const query = { limit: MAX_OWNERS, after: after ?? undefined, archived: archived ? 'true' : undefined };
      const { body } = await api.read({ path: `/crm/owners/${API_VERSION}`, query });
      const list = readObject(body, 'list');
      const { next } = optional.object(list['paging']);
      return { entries: readArray(list['results'], 'results'), next: optional.object(next)['after'] };
    },
    (owner) => ({ id: readString(owner['id'], 'id'), name: ownerName(owner) }),
  );
  return entries;
}

const UNREADABLE: ReadonlySet<FailureReason> = new Set(['forbidden', 'missing', 'rejected', 'malformed']);

/** Labels are for people: without access to them, records are given without. */
async function readable(read: () => Promise<Labels>): Promise<Labels> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UpstreamError && UNREADABLE.has(error.reason)) return [];
    throw error;
  }
}
