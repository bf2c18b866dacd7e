import { useState } from 'react';
import {
  Box,
  Button,
  Divider,
  InputAdornment,
  ListItemIcon,
  ListItemText,
  MenuItem,
  Snackbar,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from '@mui/material';
import { exportItems, type ExportFormat, type ItemLoad, type ItemTable } from '@causeway/react';
import { CheckIcon, SearchIcon } from '../icons.js';
import { download } from '../layout/download.js';
import { MenuButton } from '../layout/menu-button.js';
import { setSearchParams, usePageParams } from '../routing/search-params.js';
import { itemCount } from '../texts.js';

const FIND = 'Search loaded items';

interface ItemsToolbarProps {
  load: ItemLoad;
  /** The rows that are shown. */
  order: readonly number[];
  table: ItemTable;
  /** Of an export, without its extension. */
  fileName: string;
}

/** How the items are shown, and what can be done with those that are. */
export function ItemsToolbar({ load, order, table, fileName }: ItemsToolbarProps) {
  const { find, view } = usePageParams();
  const isEmpty = load.items.rows.length === 0;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
      <TextField
        type="search"
        size="small"
        placeholder={FIND}
        value={find ?? ''}
        onChange={(event) => setSearchParams({ find: event.target.value }, { replace: true })}
        slotProps={{
          htmlInput: { 'aria-label': FIND, spellCheck: false },
          input: { startAdornment: <InputAdornment position="start" children={<SearchIcon fontSize="small" />} /> },
        }}
        sx={{ flex: '1 1 220px', maxWidth: 420, '& input': { py: 0.75 } }}
      />
      <Box sx={ACTIONS}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={view === 'json' ? view : ''}
          aria-label="View"
          onChange={(_, next: string | null) => next !== null && setSearchParams({ view: next }, { replace: true })}
          sx={{ '& > button': { textTransform: 'none', px: { xs: 1, sm: 1.5 }, py: 0.5 } }}
        >
          <ToggleButton value="">Table</ToggleButton>
          <ToggleButton value="json">JSON</ToggleButton>
        </ToggleButtonGroup>
        <ColumnMenu table={table} disabled={view === 'json' || isEmpty} />
        <ExportMenu load={load} order={order} fileName={fileName} />
        <Button size="small" color="inherit" onClick={() => load.clear()} disabled={isEmpty}>
          Clear
        </Button>
      </Box>
    </Box>
  );
}

/** In one row also on a phone. */
const ACTIONS = {
  display: 'flex',
  flexWrap: 'wrap',
  gap: { xs: 0.5, sm: 1 },
  ml: { md: 'auto' },
  '& .MuiButton-root': { minWidth: 0, px: { xs: 0.75, sm: 1.25 } },
};

function ColumnMenu({ table, disabled }: { table: ItemTable; disabled: boolean }) {
  const { columns, visibleColumns, selectColumns } = table;
  const visible = visibleColumns.map(({ id }) => id);
  // Visible columns keep their order, and a new one comes last.
  const toggle = (id: string) =>
    selectColumns(visible.includes(id) ? visible.filter((other) => other !== id) : [...visible, id]);
  return (
    <MenuButton label="Columns" disabled={disabled} staysOpen>
      {/* The first column is always visible: it names the row. */}
      {columns.slice(1).map(({ id, label }) => (
        <MenuItem
          key={id}
          dense
          role="menuitemcheckbox"
          aria-checked={visible.includes(id)}
          onClick={() => toggle(id)}
          sx={{ minHeight: 36 }}
        >
          <ListItemIcon>{visible.includes(id) && <CheckIcon fontSize="small" color="primary" />}</ListItemIcon>
          <ListItemText primary={label} />
        </MenuItem>
      ))}
      <Divider />
      <MenuItem dense onClick={() => selectColumns(null)}>
        Default columns
      </MenuItem>
    </MenuButton>
  );
}

function ExportMenu({ load, order, fileName }: Pick<ItemsToolbarProps, 'load' | 'order' | 'fileName'>) {
  const [exporting, setExporting] = useState(false);
  const [message, setMessage] = useState('');
  const exportAs = async (format: ExportFormat) => {
    setExporting(true);
    const name = `${fileName}.${format}`;
    try {
      download(await exportItems(load.items, order, format), name);
      setMessage(`Exported ${itemCount(order.length)} to ${name}.`);
    } finally {
      setExporting(false);
    }
  };
  return (
    <>
      <MenuButton label="Export" loading={exporting} disabled={order.length === 0}>
        <MenuItem onClick={() => void exportAs('csv')}>CSV, for spreadsheets</MenuItem>
        <MenuItem onClick={() => void exportAs('json')}>JSON, with all fields</MenuItem>
      </MenuButton>
      <Snackbar open={message !== ''} message={message} autoHideDuration={6_000} onClose={() => setMessage('')} />
    </>
  );
}
