import type { AccountData } from '../core/account.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { pick } from '../data/hash.js';
import { fromUuid, uuid } from '../data/ids.js';
import type { Receding } from '../data/merge.js';
import { type Moments, receding } from '../data/timestamps.js';

/** Pages of the workspace are `{ dataSource: undefined, index }`, rows of a data source name it. */
export interface PageRef {
  kind: 'page';
  dataSource: number | undefined;
  index: number;
}

export interface DataSourceRef {
  kind: 'data_source';
  index: number;
}

export type Ref = PageRef | DataSourceRef;

export const pageRef = (index: number, dataSource?: number): PageRef => ({ kind: 'page', dataSource, index });
export const dataSourceRef = (index: number): DataSourceRef => ({ kind: 'data_source', index });

/** What is in a workspace, as arithmetic over its seed and sizes. */
export class Workspace {
  readonly pages: number;
  readonly dataSources: number;
  readonly rowsPerDataSource: number;
  readonly users: number;
  /** Pages, people and mentions in each property that refers to others. */
  readonly references: number;
  /** Blocks around every third page that is in a page. */
  readonly blockDepth: number;
  /** The oldest rows of each data source, which no search finds. */
  readonly unindexedRows: number;

  constructor(readonly data: AccountData & Partial<Pick<AuthorizedSession, 'app'>>) {
    this.pages = data.sizes['pages'] ?? 0;
    this.dataSources = data.sizes['dataSources'] ?? 0;
    this.rowsPerDataSource = data.sizes['rowsPerDataSource'] ?? 0;
    this.users = data.sizes['users'] ?? 1;
    this.references = data.sizes['references'] ?? 3;
    this.blockDepth = data.sizes['blockDepth'] ?? 0;
    this.unindexedRows = Math.min(this.rowsPerDataSource, data.sizes['unindexedRows'] ?? 0);
  }

  get seed(): string {
    return this.data.seed;
  }

  id(ref: Ref): string {
    if (ref.kind === 'data_source') return uuid(`${this.seed}/data-source`, 0, ref.index);
    return uuid(`${this.seed}/page`, ref.dataSource === undefined ? 0 : ref.dataSource + 1, ref.index);
  }

  findPage(id: string): PageRef | undefined {
    const [owner, index] = fromUuid(`${this.seed}/page`, id) ?? [-1, 0];
    if (owner === 0) return index < this.pages ? pageRef(index) : undefined;
    const exists = owner > 0 && owner <= this.dataSources && index < this.rowsPerDataSource;
    return exists ? pageRef(index, owner - 1) : undefined;
  }

  findDataSource(id: string): DataSourceRef | undefined {
    const [, index] = fromUuid(`${this.seed}/data-source`, id) ?? [0, Infinity];
    return index < this.dataSources ? dataSourceRef(index) : undefined;
  }

  /** The first two data sources share one database; every other one has its own. */
  databaseOf = (dataSource: number): number => Math.max(0, dataSource - 1);
  databaseId = (database: number): string => uuid(`${this.seed}/database`, 0, database);
  dataSourcesOf = (database: number): number[] =>
    (database === 0 ? [0, 1] : [database + 1]).filter((index) => index < this.dataSources);

  findDatabase(id: string): number | undefined {
    const [, index] = fromUuid(`${this.seed}/database`, id) ?? [0, Infinity];
    return this.dataSourcesOf(index).length > 0 ? index : undefined;
  }

  /** The blocks around a page are numbered from the inside. */
  blockId = (page: number, depth: number): string => uuid(`${this.seed}/container`, depth, page);
  findBlock(id: string): { page: number; depth: number } | undefined {
    const [depth, page] = fromUuid(`${this.seed}/container`, id) ?? [0, 0];
    return depth > 0 && depth <= this.blockDepth && page < this.pages ? { page, depth } : undefined;
  }

  userId = (index: number): string => uuid(`${this.seed}/user`, 0, index);
  userOf = (kind: string, index: number): string =>
    this.userId(pick(Math.max(1, this.users), `${this.seed}/${kind}`, index));

  moments(ref: Ref): Moments {
    if (ref.kind === 'data_source') return receding(ref.index * 7 + 5);
    if (ref.dataSource !== undefined) return receding(ref.index + ref.dataSource / 1024);
    return receding(Math.floor(ref.index / 3) * 3);
  }

  /** Trashed pages are left out of searches and queries, but can be fetched. */
  trashed = (ref: Ref): boolean =>
    ref.kind === 'page' && (ref.dataSource === undefined ? ref.index % 30 === 5 : ref.index % 41 === 40);

  private list<T extends Ref>(length: number, item: (index: number) => T): Receding<T> {
    return { length, item, time: (index) => this.moments(item(index)).modified };
  }

  dataSourceList = (): Receding<Ref> => this.list(this.dataSources, dataSourceRef);
  pageList = (): Receding<Ref> => this.list(this.pages, (index) => pageRef(index));
  /** Rows of all data sources that a search finds, newest first: first rows of each, second rows of each, … */
  rowList = (): Receding<Ref> =>
    this.list((this.rowsPerDataSource - this.unindexedRows) * this.dataSources, (index) =>
      pageRef(Math.floor(index / this.dataSources), index % this.dataSources),
    );
  rowsOf = (dataSource: number): Receding<PageRef> =>
    this.list(this.rowsPerDataSource, (index) => pageRef(index, dataSource));
}
