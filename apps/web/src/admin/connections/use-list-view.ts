import { useSearch } from 'wouter';
import type { Connection } from '@causeway/client';
import { setSearchParams } from '../../routing/search-params.js';
import { isSortColumn, type ListOrder, type SortColumn } from './filter-and-sort.js';
import type { ServiceFilter } from './use-connections.js';

interface ListView extends ListOrder, ServiceFilter {
  /** From 1. */
  page: number;
  /** Whose details are open. */
  connection: string | null;
}

const isStatus = (text: string | null): text is Connection['status'] => text === 'active' || text === 'needs-reconnect';

/** How the list is filtered and sorted, in the address. */
export function useListView() {
  const params = new URLSearchParams(useSearch());
  const [sort, status] = [params.get('sort'), params.get('status')];
  const view: ListView = {
    find: params.get('find') ?? '',
    integration: params.get('integration'),
    status: isStatus(status) ? status : null,
    sort: isSortColumn(sort) ? sort : 'age',
    order: params.get('order') === 'asc' ? 'asc' : 'desc',
    page: Math.max(1, Math.trunc(Number(params.get('page') ?? 1)) || 1),
    connection: params.get('connection'),
  };
  return {
    view,
    clear: () => setSearchParams({ find: null, integration: null, status: null, page: null }),
    sortBy: (sort: SortColumn) => {
      const order = view.sort === sort && view.order === 'asc' ? 'desc' : 'asc';
      setSearchParams({ sort, order, page: null }, { replace: true });
    },
    setPage: (page: number) => setSearchParams({ page: page === 1 ? null : String(page) }),
  };
}

/** `null`: closes the details. */
export const openConnection = (connection: string | null) => setSearchParams({ connection });
