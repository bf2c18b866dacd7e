import type { AccountData } from '../core/account.js';
import { type Edit, type EditList, FIRST_CREATED } from '../core/edits.js';
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
  /** Names of the lists in which something was edited. */
  private readonly edited: readonly string[];

  constructor(readonly data: AccountData & Partial<Pick<AuthorizedSession, 'app'>>) {
    this.pages = data.sizes['pages'] ?? 0;
    this.dataSources = data.sizes['dataSources'] ?? 0;
    this.rowsPerDataSource = data.sizes['rowsPerDataSource'] ?? 0;
    this.users = data.sizes['users'] ?? 1;
    this.references = data.sizes['references'] ?? 3;
    this.blockDepth = data.sizes['blockDepth'] ?? 0;
    this.unindexedRows = Math.min(this.rowsPerDataSource, data.sizes['unindexedRows'] ?? 0);
    this.edited = data.edits.names();
  }

  get seed(): string {
    return this.data.seed;
  }

  id(ref: Ref): string {
    if (ref.kind === 'data_source') return uuid(`${this.seed}/data-source`, 0, ref.index);
    return uuid(`${this.seed}/page`, ref.dataSource === undefined ? 0 : ref.dataSource + 1, ref.index);
  }

  findPage(id: string): PageRef | undefined {
    const ref = this.pageAt(id);
    return ref && this.exists(ref) ? ref : undefined;
  }

  /** Whose id this is, whether it exists or not. */
  private pageAt(id: string): PageRef | undefined {
    const [owner, index] = fromUuid(`${this.seed}/page`, id) ?? [-1, 0];
    if (owner < 0) return undefined;
    return owner === 0 ? pageRef(index) : pageRef(index, owner - 1);
  }

  findDataSource(id: string): DataSourceRef | undefined {
    const ref = this.dataSourceAt(id);
    return ref && this.exists(ref) ? ref : undefined;
  }

  private dataSourceAt(id: string): DataSourceRef | undefined {
    const [, index] = fromUuid(`${this.seed}/data-source`, id) ?? [];
    return index === undefined ? undefined : dataSourceRef(index);
  }

  /** As computed, the first two data sources share one database; every other one has its own. */
  databaseOf = (dataSource: number): number =>
    this.databaseAt(this.editOf(dataSourceRef(dataSource))?.parent) ?? Math.max(0, dataSource - 1);
  private databaseAt = (id = ''): number | undefined => fromUuid(`${this.seed}/database`, id)?.[1];
  databaseId = (database: number): string => uuid(`${this.seed}/database`, 0, database);
  dataSourcesOf(database: number): number[] {
    const computed = database === 0 ? [0, 1] : [database + 1];
    const moved = this.editsOf(dataSourceRef(0)).indexes(({ parent }) => this.databaseAt(parent) === database);
    return [...new Set([...computed, ...moved])].filter(
      (index) => this.databaseOf(index) === database && this.exists(dataSourceRef(index)),
    );
  }

  findDatabase(id: string): number | undefined {
    const index = this.databaseAt(id);
    return index !== undefined && this.dataSourcesOf(index).length > 0 ? index : undefined;
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

  /** Created pages are all in the first of these lists, wherever they are in the workspace. */
  private static listName(ref: Ref): string {
    if (ref.kind === 'data_source') return 'data-source';
    return ref.dataSource === undefined ? 'page' : `row/${ref.dataSource}`;
  }

  editsOf = (ref: Ref): EditList => this.data.edits.list(Workspace.listName(ref));

  editOf = (ref: Ref): Edit | undefined => (this.edited.length === 0 ? undefined : this.editsOf(ref).of(ref.index));

  /** Every edited page; deleted ones too, because they keep their places in lists. */
  editedPages(): PageRef[] {
    return this.edited.flatMap((name) => {
      const [kind, dataSource] = name.split('/');
      if (kind === 'data-source') return [];
      const edits = this.data.edits.list(name);
      const indexes = edits.indexes((_, index) =>
        this.isKnown(pageRef(index, dataSource ? Number(dataSource) : undefined)),
      );
      return indexes.map((index) => pageRef(index, dataSource === undefined ? undefined : Number(dataSource)));
    });
  }

  editedDataSources = (): DataSourceRef[] =>
    this.editsOf(dataSourceRef(0))
      .indexes((_, index) => this.isKnown(dataSourceRef(index)))
      .map(dataSourceRef);

  private isKnown(ref: Ref): boolean {
    if (ref.kind === 'data_source') return this.editsOf(ref).knows(ref.index, this.dataSources);
    if (ref.dataSource === undefined) return this.editsOf(ref).knows(ref.index, this.pages);
    return ref.dataSource < this.dataSources && ref.index < this.rowsPerDataSource;
  }

  /** The page or data source that something is in; undefined: directly in the workspace. */
  parentOf(ref: Ref): Ref | undefined {
    if (ref.kind === 'data_source') return this.databaseParent(this.databaseOf(ref.index));
    const parent = this.editOf(ref)?.parent;
    if (parent !== undefined) return this.dataSourceAt(parent) ?? this.pageAt(parent);
    if (ref.dataSource !== undefined) return dataSourceRef(ref.dataSource);
    return ref.index % 5 === 0 || ref.index >= FIRST_CREATED ? undefined : pageRef(Math.floor(ref.index / 5));
  }

  databaseParent = (database: number): PageRef | undefined =>
    database % 2 === 0 || database + 1 >= FIRST_CREATED ? undefined : pageRef(database);

  /** The data source whose row a page is. */
  dataSourceOf(ref: PageRef): number | undefined {
    const parent = this.parentOf(ref);
    return parent?.kind === 'data_source' ? parent.index : undefined;
  }

  /** Itself and all that it is in. */
  private isAny(ref: Ref, wanted: (edit: Edit) => boolean): boolean {
    if (this.edited.length === 0) return false;
    for (let at: Ref | undefined = ref; at !== undefined; at = this.parentOf(at)) {
      const edit = this.editOf(at);
      if (edit !== undefined && wanted(edit)) return true;
    }
    return false;
  }

  exists = (ref: Ref): boolean => this.isKnown(ref) && !this.isAny(ref, ({ deleted }) => deleted);

  /** Trashed pages are left out of searches and queries, but can be fetched; so are those inside of trashed ones. */
  trashed(ref: Ref): boolean {
    const own = this.editOf(ref)?.archived ?? this.isComputedAsTrashed(ref);
    return own || this.isAny(ref, ({ archived }) => archived === true);
  }

  private isComputedAsTrashed(ref: Ref): boolean {
    if (ref.kind !== 'page' || ref.index >= FIRST_CREATED) return false;
    return ref.dataSource === undefined ? ref.index % 30 === 5 : ref.index % 41 === 40;
  }

  moments(ref: Ref): Moments {
    const edit = this.editOf(ref);
    const { created, modified } = this.computedMoments(ref);
    return { created: minutes(edit?.created ?? created), modified: minutes(edit?.modified ?? modified) };
  }

  computedMoments(ref: Ref): Moments {
    if (ref.kind === 'data_source') return receding(ref.index * 7 + 5);
    if (ref.dataSource !== undefined) return receding(ref.index + ref.dataSource / 1024);
    return receding(Math.floor(ref.index / 3) * 3);
  }

  /** Computed items by the times that they had. The places of those that were edited are empty. */
  private list(length: number, item: (index: number) => Ref): Receding<Ref | undefined> {
    return {
      length,
      item: (index) => (this.editOf(item(index)) === undefined ? item(index) : undefined),
      time: (index) => this.computedMoments(item(index)).modified,
    };
  }

  /** Edited items by the times that they have now. */
  private editedList(refs: readonly Ref[]): Receding<Ref | undefined> {
    const sorted = refs.map((ref) => ({ ref, time: this.moments(ref).modified })).sort((a, b) => b.time - a.time);
    return { length: sorted.length, item: (at) => sorted[at]?.ref, time: (at) => sorted[at]?.time ?? 0 };
  }

  dataSourceLists = (): Receding<Ref | undefined>[] => [
    this.list(this.dataSources, dataSourceRef),
    this.editedList(this.editedDataSources()),
  ];

  /** Pages and rows that a search finds: first rows of each data source, second rows of each, … */
  pageLists(): Receding<Ref | undefined>[] {
    const indexedRows = this.rowsPerDataSource - this.unindexedRows;
    const edited = this.editedPages().filter(
      ({ dataSource, index }) => dataSource === undefined || index < indexedRows,
    );
    return [
      this.list(this.pages, (index) => pageRef(index)),
      this.list(indexedRows * this.dataSources, (index) =>
        pageRef(Math.floor(index / this.dataSources), index % this.dataSources),
      ),
      this.editedList(edited),
    ];
  }
}

/** The granularity of Notion's times. */
const minutes = (milliseconds: number) => milliseconds - (milliseconds % 60_000);
