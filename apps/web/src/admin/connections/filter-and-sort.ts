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

/** Whether every word of `find` occurs in it, as the service searches. */
export function isFound({ id, orgId, userId, account }: Connection, find: string): boolean {
  const text = `${orgId}\n${userId}\n${account.name}\n${account.id}\n${id}`.normalize('NFC').toLowerCase();
  return find
    .normalize('NFC')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Those without a value in the sort column are last in either order. */
export function sorted(connections: readonly Connection[], { sort, order }: ListOrder): Connection[] {
  const valueOf = VALUES[sort];
  const sign = order === 'asc' ? 1 : -1;
  return connections.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one === other) return a.id < b.id ? -1 : 1;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -sign : sign;
  });
}
