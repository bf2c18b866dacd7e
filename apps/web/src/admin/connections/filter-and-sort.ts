import type { Connection } from '@causeway/client';

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

export const isSortColumn = (text = ''): text is SortColumn => text in VALUES;

/** Whether every word of `find` occurs in it, as the service searches. */
export function isFound({ id, orgId, userId, account }: Connection, find: string): boolean {
  const normalized = (text: string) => text.normalize('NFC').toLowerCase();
  const text = normalized(`${orgId}\n${userId}\n${account.name}\n${account.id}\n${id}`);
  return normalized(find)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Those without a value in the sort column are last in either order. */
export function sorted(connections: readonly Connection[], sort: SortColumn, order: 'asc' | 'desc'): Connection[] {
  const valueOf = VALUES[sort];
  const sign = order === 'asc' ? 1 : -1;
  return connections.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one === other) return a.id < b.id ? -1 : 1;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -sign : sign;
  });
}
