import type { SortColumn } from './filter-and-sort.js';

interface ColumnStyle {
  /** Narrow screens have fewer columns; the details show the rest. */
  display: Record<string, string> | string;
  width?: Record<string, number | string> | number;
}

const FROM_SMALL = { xs: 'none', sm: 'table-cell' };
const FROM_MEDIUM = { xs: 'none', md: 'table-cell' };
const FROM_LARGE = { xs: 'none', lg: 'table-cell' };
/** On narrower screens, the last error needs the room. */
const FROM_WIDEST = { xs: 'none', xl: 'table-cell' };

export const COLUMNS: Record<SortColumn | 'problem', ColumnStyle> = {
  status: { display: 'table-cell', width: { xs: 148, sm: 156 } },
  integration: { display: FROM_MEDIUM, width: 124 },
  account: { display: 'table-cell', width: { lg: '20%' } },
  org: { display: FROM_SMALL, width: { lg: '10%' } },
  user: { display: FROM_SMALL, width: { lg: '13%' } },
  age: { display: FROM_MEDIUM, width: 118 },
  expires: { display: FROM_WIDEST, width: 112 },
  used: { display: FROM_LARGE, width: 118 },
  problem: { display: FROM_LARGE },
};
