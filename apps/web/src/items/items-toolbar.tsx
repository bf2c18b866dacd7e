import { Box, Button, InputAdornment, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { FindIcon } from '../icons.js';
import { changePlace } from '../place/place.js';
import { texts } from '../texts.js';
import { ColumnMenu } from './column-menu.js';
import { ExportMenu } from './export-menu.js';
import type { ItemLoad } from './load/item-load.js';
import { ShownTypes } from './shown-types.js';
import type { Look } from './use-look.js';

export type View = 'table' | 'json';

interface ItemsToolbarProps {
  load: ItemLoad;
  look: Look;
  order: readonly number[];
  fileName: string;
  view: View;
  onView: (view: View) => void;
}

/** How what is loaded is looked at. */
export function ItemsToolbar({ load, look, order, fileName, view, onView }: ItemsToolbarProps) {
  const clear = () => {
    load.clear();
    changePlace({ in: null, item: null }, 'replace');
  };
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        <TextField
          type="search"
          size="small"
          placeholder={texts.items.find}
          value={look.text}
          onChange={(event) => changePlace({ find: event.target.value }, 'replace')}
          slotProps={{
            htmlInput: { 'aria-label': texts.items.find, spellCheck: false },
            input: {
              startAdornment: (
                <InputAdornment position="start">
                  <FindIcon fontSize="small" />
                </InputAdornment>
              ),
            },
          }}
          sx={{ flex: '1 1 220px', maxWidth: 420 }}
        />
        <Box sx={ACTIONS}>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={view}
            aria-label={texts.items.view}
            onChange={(_, next: View | null) => next !== null && onView(next)}
          >
            <ToggleButton value="table" sx={TOGGLE}>
              {texts.items.table}
            </ToggleButton>
            <ToggleButton value="json" sx={TOGGLE}>
              {texts.items.json}
            </ToggleButton>
          </ToggleButtonGroup>
          <ColumnMenu look={look} disabled={view !== 'table'} />
          <ExportMenu items={load.items} order={order} fileName={fileName} />
          <Button size="small" color="inherit" onClick={clear}>
            {texts.items.clear}
          </Button>
        </Box>
      </Box>
      <ShownTypes items={load.items} look={look} />
    </Box>
  );
}

/** In one row, also on a phone. */
const ACTIONS = {
  display: 'flex',
  flexWrap: 'wrap',
  gap: { xs: 0.5, sm: 1 },
  ml: { md: 'auto' },
  '& .MuiButton-root': { minWidth: 0, px: { xs: 0.75, sm: 1.25 } },
};

const TOGGLE = { textTransform: 'none', px: { xs: 1, sm: 1.5 } };
