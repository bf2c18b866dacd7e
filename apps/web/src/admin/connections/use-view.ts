import type { Connection } from '@causeway/client';
import { changeParameters, useParameters } from '../../place/address.js';
import type { ServiceFilter } from './use-connections.js';
import { isSortKey, type SortKey, type View } from './view.js';

interface Looked extends View, ServiceFilter {
  page: number;
  /** Whose details are open. */
  connection: string | null;
}

const isStatus = (text: string | null): text is Connection['status'] => text === 'active' || text === 'needs-reconnect';

/** What a person looks at, in the address: a link to it and the back button come here again. */
export function useView() {
  const parameters = useParameters();
  const [sort, status] = [parameters.get('sort'), parameters.get('status')];
  const view: Looked = {
    find: parameters.get('find') ?? '',
    integration: parameters.get('integration'),
    status: isStatus(status) ? status : null,
    sort: isSortKey(sort) ? sort : 'age',
    order: parameters.get('order') === 'asc' ? 'asc' : 'desc',
    page: Math.max(1, Math.trunc(Number(parameters.get('page') ?? 1)) || 1),
    connection: parameters.get('connection'),
  };
  return {
    view,
    find: (find: string) => changeParameters({ find, page: null }, 'replace'),
    filter: (change: Partial<Record<'integration' | 'status', string | null>>) =>
      changeParameters({ ...change, page: null }, 'push'),
    clear: () => changeParameters({ find: null, integration: null, status: null, page: null }, 'push'),
    sortBy: (key: SortKey) => {
      const order = view.sort === key && view.order === 'asc' ? 'desc' : 'asc';
      changeParameters({ sort: key, order, page: null }, 'replace');
    },
    turnTo: (page: number) => changeParameters({ page: page === 1 ? null : String(page) }, 'push'),
    open: (connection: string) => changeParameters({ connection }, 'push'),
    close: () => changeParameters({ connection: null }, 'push'),
  };
}
