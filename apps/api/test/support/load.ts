import type { CausewayClient, Item } from '@causeway/client';
import type { User } from './users.js';

export interface LoadWish {
  types?: string[];
  limit?: number;
  parent?: string;
  updatedSince?: string;
  connectionId?: string;
}

/** Past what was read a moment ago: most tests change the provider between two reads. */
export const AFRESH = { 'cache-control': 'no-cache' };

/** Every page of a load, one after the other. @throws for a load that is not complete */
export async function pages(
  causeway: CausewayClient,
  integration: string,
  user: User,
  wish: LoadWish = {},
): Promise<Item[][]> {
  const all: Item[][] = [];
  let cursor: string | null = null;
  do {
    const { data, error }: Page = await causeway.POST('/integrations/{integration}/load', {
      params: { path: { integration } },
      headers: AFRESH,
      body: { ...user, limit: 1000, ...wish, ...(cursor === null ? {} : { cursor }) },
    });
    if (!data) throw new Error(`load: ${JSON.stringify(error)}`);
    if (data.incomplete) throw new Error(`incomplete: ${JSON.stringify(data.incomplete)}`);
    all.push(data.items);
    cursor = data.nextCursor;
    if (all.length > 2000) throw new Error('the load does not come to an end');
  } while (cursor !== null);
  return all;
}

type Page = { data?: { items: Item[]; nextCursor: string | null; incomplete?: object[] }; error?: unknown };

export const items = async (
  causeway: CausewayClient,
  integration: string,
  user: User,
  wish: LoadWish = {},
): Promise<Item[]> => (await pages(causeway, integration, user, wish)).flat();

export const keyOf = ({ type, id }: Pick<Item, 'type' | 'id'>): string => `${type} ${id}`;

export const byType = (all: readonly Item[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type } of all) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};
