import type { Connection } from '@causeway/client';

export interface ListOrder {
  sort: SortColumn;
  order: 'asc' | 'desc';
}

const VALUES = {
  status: ({ status }) => status,
  integration: ({ integration }) => integration,
  account: ({ account }) => account.name.toLowerCase(),
  org: ({ orgId }) => orgId.toLowerCase(),
  user: ({ userId }) => userId.toLowerCase(),
  age: ({ createdAt }) => createdAt,
  expires: ({ expiresAt }) => expiresAt,
  used: ({ lastUsedAt }) => lastUsedAt,
} satisfies Record<string, (connection: Connection) => string | null>;

export type SortColumn = keyof typeof VALUES;

export const isSortColumn = (text: string | null): text is SortColumn => text !== null && text in VALUES;

/** The connections in which every word of `find` occurs. Those without a value in the sort column are last in either order. */
export function filterAndSort(
  connections: readonly Connection[],
  find: string,
  { sort, order }: ListOrder,
): Connection[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const found = connections.filter(({ id, orgId, userId, account }) => {
    const text = `${orgId}\n${userId}\n${account.name}\n${account.id}\n${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const valueOf = VALUES[sort];
  const sign = order === 'asc' ? 1 : -1;
  return found.sort((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one === other) return a.id < b.id ? -1 : 1;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -sign : sign;
  });
}
