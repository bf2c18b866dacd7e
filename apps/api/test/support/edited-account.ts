import type { Item } from '@causeway/client';
import type { MockProviders } from '@causeway/testing';
import type { IntegrationId } from './integration-ids.js';

type Found = { status: number; body: Record<string, unknown> };
type Ask = (path: string, headers?: Record<string, string>) => Promise<Found>;

/** `gone`: the provider does not find it by its id, or says that it may not be read. */
export type Presence = 'there' | 'trashed' | 'gone';

interface AccountRules {
  /** In the form of the provider's ids. */
  accountId: (number: number) => string;
  sizes: Record<string, number>;
  /** As if access to a part were lost. */
  fewer: Record<string, number>;
  /** Types of a sync, and what control calls them. */
  types: Record<string, string>;
  moves?: true;
  trashes?: true;
  /** What is archived is in a list of its own, which a load has to ask for. */
  listsArchived?: true;
  /** What a provider's documentation allows to say of an item that a list lacks. */
  evidence: Record<string, readonly string[]>;
  /** Asks the provider itself, by the item's id. */
  presence: (ask: Ask, item: Item) => Promise<Presence>;
}

const padded = (number: number, length: number) => String(number).padStart(length, '0');
const presenceOf = ({ status }: Found): Presence => (status === 200 ? 'there' : 'gone');

const MAX_REQUESTS = 20;
const NOTION = { 'notion-version': '2026-03-11' };

const RULES: Record<IntegrationId, AccountRules> = {
  hubspot: {
    accountId: (number) => String(900_000_000 + number),
    sizes: { contacts: 12, companies: 3, deals: 2, tickets: 0, owners: 1, boats: 0 },
    fewer: { contacts: 8, companies: 1 },
    types: { contact: 'contacts', company: 'companies', deal: 'deals' },
    trashes: true,
    listsArchived: true,
    evidence: { contact: ['inferred'], company: ['inferred'], deal: ['inferred'] },
    async presence(ask, { type, id }) {
      const path = `/crm/objects/2026-09/${RULES.hubspot.types[type]}/${id}`;
      if ((await ask(path)).status === 200) return 'there';
      return (await ask(`${path}?archived=true`)).status === 200 ? 'trashed' : 'gone';
    },
  },
  notion: {
    accountId: (number) => `5a1d0c7e-0000-8000-a000-${padded(1_000 + number, 12)}`,
    sizes: { pages: 8, dataSources: 2, rowsPerDataSource: 3, users: 2, unindexedRows: 0 },
    fewer: { pages: 5, dataSources: 1 },
    types: { page: 'page', 'data-source': 'data_source' },
    moves: true,
    trashes: true,
    evidence: { page: ['confirmed'], 'data-source': ['confirmed'] },
    async presence(ask, { type, id }) {
      const { status, body } = await ask(`/v1/${type === 'page' ? 'pages' : 'data_sources'}/${id}`, NOTION);
      if (status !== 200) return 'gone';
      return body['in_trash'] === true ? 'trashed' : 'there';
    },
  },
  airtable: {
    accountId: (number) => `usrTest${padded(number, 10)}`,
    sizes: { bases: 2, tablesPerBase: 1, recordsPerTable: 4 },
    fewer: { bases: 1 },
    types: { base: 'base', table: 'table', record: 'record' },
    // Of a base that cannot be read any more, each item is asked for.
    evidence: { base: ['confirmed'], table: ['inferred', 'confirmed'], record: ['inferred', 'confirmed'] },
    async presence(ask, { type, id, driveId, parentId }) {
      if (type === 'record') return presenceOf(await ask(`/v0/${driveId}/${parentId}/${id}`));
      const { status, body } = await ask(`/v0/meta/bases/${type === 'base' ? id : driveId}/tables`);
      if (status !== 200 || type === 'base') return presenceOf({ status, body });
      return (body['tables'] as { id: string }[]).some((table) => table.id === id) ? 'there' : 'gone';
    },
  },
  slack: {
    accountId: (number) => `T05${padded(number, 8)}`,
    sizes: { channels: 5, privateChannels: 1, mpims: 0, ims: 2, users: 6, messages: 0 },
    fewer: { users: 3 },
    types: { channel: 'channel', user: 'user' },
    trashes: true,
    evidence: { channel: ['inferred'], user: ['inferred'] },
    async presence(ask, { type, id }) {
      const method = type === 'user' ? `users.info?user=${id}` : `conversations.info?channel=${id}`;
      return (await ask(`/api/${method}`)).body['ok'] === true ? 'there' : 'gone';
    },
  },
};

export interface ItemWish {
  title?: string;
  parent?: string;
  archived?: boolean;
  deleted?: boolean;
}

let accounts = 0;

/** An account of a mock provider that nothing else reads or edits. */
export class EditedAccount {
  readonly id: string;
  readonly rules: AccountRules;
  private token: string | null = null;

  private constructor(
    private readonly mockProviders: MockProviders,
    readonly integration: IntegrationId,
  ) {
    this.rules = RULES[integration];
    this.id = this.rules.accountId((accounts += 1));
  }

  static async create(mockProviders: MockProviders, integration: IntegrationId): Promise<EditedAccount> {
    const made = new EditedAccount(mockProviders, integration);
    await mockProviders.addAccount({ provider: integration, account: made.id, sizes: made.rules.sizes });
    return made;
  }

  get types(): string[] {
    return Object.keys(this.rules.types);
  }

  /** @returns its id; `null`: the provider does not have such an item, or does not do this to items of its type */
  async edit(type: string, item: Item | null, wish: ItemWish): Promise<string | null> {
    const { integration: provider, id: account } = this;
    const parent = wish.parent ?? (item === null ? null : this.parentOf(item));
    const change = { ...wish, type: this.rules.types[type] ?? type, ...(parent !== null && { parent }) };
    const request = { provider, account, ...change, ...(item !== null && { id: item.id }) };
    return this.mockProviders.change(request).then(
      ({ id }) => id,
      (error: unknown) => {
        if (error instanceof Error && error.message.startsWith('PUT /items: 400')) return null;
        throw error;
      },
    );
  }

  resize(sizes: Record<string, number>): Promise<unknown> {
    return this.mockProviders.resize({ provider: this.integration, account: this.id, sizes });
  }

  async revoke(): Promise<void> {
    this.token = null;
    await this.mockProviders.revoke({ provider: this.integration, account: this.id });
  }

  presence(item: Item): Promise<Presence> {
    return this.rules.presence((path, headers) => this.ask(path, headers), item);
  }

  /** Control has to be told where an item of Airtable is; the parent of others moves them. */
  private parentOf({ type, driveId, parentId }: Item): string | null {
    if (type === 'table') return driveId;
    return type === 'record' ? `${driveId}/${parentId}` : null;
  }

  /** The faults of a test are for requests of the service: here they only cost another request. */
  private async ask(path: string, headers: Record<string, string> = {}): Promise<Found> {
    const { integration: provider, id: account, mockProviders } = this;
    for (let request = 1; request <= MAX_REQUESTS; request += 1) {
      this.token ??= (await mockProviders.issue({ provider, account })).access_token;
      const authorization = `Bearer ${this.token}`;
      const found = await fetch(`${mockProviders.url}/${provider}${path}`, { headers: { authorization, ...headers } })
        .then(async (response) => ({ status: response.status, body: (await response.json()) as Found['body'] }))
        .catch(() => null);
      if (found !== null && saysWhetherItIsThere(found)) return found;
      this.token = null;
    }
    throw new Error(`${provider} does not say what is at ${path}`);
  }
}

/** Slack has its errors in responses with status 200. */
const saysWhetherItIsThere = ({ status, body }: Found): boolean =>
  status === 200 ? body['ok'] !== false || String(body['error']).endsWith('_not_found') : [403, 404].includes(status);
