import type { texts } from '../texts.js';
import type { SortKey } from './view.js';

type ColumnId = keyof typeof texts.connections.columns;

const FROM_SMALL = { xs: 'none', sm: 'table-cell' };
const FROM_MEDIUM = { xs: 'none', md: 'table-cell' };
const FROM_LARGE = { xs: 'none', lg: 'table-cell' };
/** Wider than a laptop: there the last error needs the room. */
const FROM_WIDEST = { xs: 'none', xl: 'table-cell' };

interface ColumnLook {
  /** Where the screen is wide enough; the rest stands in the details, and under the account on a phone. */
  display: Record<string, string> | string;
  width?: Record<string, number | string> | number | string;
}

type Column = ColumnLook & ({ id: SortKey & ColumnId; sortable: true } | { id: 'problem'; sortable: false });

export const COLUMNS: readonly Column[] = [
  { id: 'status', sortable: true, display: 'table-cell', width: { xs: 148, sm: 156 } },
  { id: 'integration', sortable: true, display: FROM_MEDIUM, width: 124 },
  { id: 'account', sortable: true, display: 'table-cell', width: { lg: '20%' } },
  { id: 'org', sortable: true, display: FROM_SMALL, width: { lg: '10%' } },
  { id: 'user', sortable: true, display: FROM_SMALL, width: { lg: '13%' } },
  { id: 'age', sortable: true, display: FROM_MEDIUM, width: 118 },
  { id: 'expires', sortable: true, display: FROM_WIDEST, width: 112 },
  { id: 'used', sortable: true, display: FROM_LARGE, width: 118 },
  { id: 'problem', sortable: false, display: FROM_LARGE },
];

export const columnOf = (id: ColumnId): ColumnLook => COLUMNS.find((column) => column.id === id) ?? { display: 'none' };
