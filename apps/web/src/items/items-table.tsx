import { Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material';
import type { Item } from '#sdk';
import { VisuallyHidden } from '../layout/visually-hidden.js';
import { columns } from './columns.js';
import { ItemRow } from './item-row.js';

interface ItemsTableProps {
  items: Item[];
  labelledBy: string;
  /** `undefined`: nothing was asked for that needs a parent. */
  onUseAsParent: ((id: string) => void) | undefined;
}

export function ItemsTable({ items, labelledBy, onUseAsParent }: ItemsTableProps) {
  return (
    <TableContainer>
      <Table size="small" aria-labelledby={labelledBy}>
        <TableHead>
          <TableRow>
            {columns.map(({ label, quiet, sx }) => (
              <TableCell key={label} sx={{ color: 'text.secondary', ...sx }}>
                {quiet ? <VisuallyHidden>{label}</VisuallyHidden> : label}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((item) => (
            <ItemRow key={`${item.type} ${item.id}`} item={item} onUseAsParent={onUseAsParent} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
