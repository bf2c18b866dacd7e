import type { Connection } from '@causeway/client';

/** How a person looks at the list; the address says it. */
export interface View {
  find: string;
  sort: SortKey;
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

export type SortKey = keyof typeof VALUES;

export const isSortKey = (text: string | null): text is SortKey => text !== null && text in VALUES;

/** Those in which every word is found, in the wanted order. What has no value comes last, whatever the order. */
export function asViewed(connections: readonly Connection[], { find, sort, order }: View): Connection[] {
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
