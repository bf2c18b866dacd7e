import { Box, Button, InputAdornment, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { SearchIcon } from '../icons.js';
import { setPageParams } from '../routing/search-params.js';
import { texts } from '../texts.js';
import { ColumnMenu } from './view/column-menu.js';
import { ExportMenu } from './export-menu.js';
import type { ItemLoad } from './load/item-load.js';
import { TypeFilter } from './type-filter.js';
import type { ViewState } from './use-view-state.js';

const LAYOUTS = ['table', 'json'] as const;

export type Layout = (typeof LAYOUTS)[number];

interface ItemsToolbarProps {
  load: ItemLoad;
  viewState: ViewState;
  order: readonly number[];
  fileName: string;
  layout: Layout;
  onLayout: (layout: Layout) => void;
}

export function ItemsToolbar({ load, viewState, order, fileName, layout, onLayout }: ItemsToolbarProps) {
  const clear = () => {
    load.clear();
    setPageParams({ in: null, item: null }, { replace: true });
  };
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        <TextField
          type="search"
          size="small"
          placeholder={texts.items.find}
          value={viewState.text}
          onChange={(event) => setPageParams({ find: event.target.value }, { replace: true })}
          slotProps={{
            htmlInput: { 'aria-label': texts.items.find, spellCheck: false },
            input: {
              startAdornment: (
                <InputAdornment position="start">
                  <SearchIcon fontSize="small" />
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
            value={layout}
            aria-label={texts.items.layout}
            onChange={(_, next: Layout | null) => next !== null && onLayout(next)}
          >
            {LAYOUTS.map((value) => (
              <ToggleButton key={value} value={value} sx={{ textTransform: 'none', px: { xs: 1, sm: 1.5 } }}>
                {texts.items[value]}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <ColumnMenu viewState={viewState} disabled={layout !== 'table'} />
          <ExportMenu items={load.items} order={order} fileName={fileName} />
          <Button size="small" color="inherit" onClick={clear}>
            {texts.items.clear}
          </Button>
        </Box>
      </Box>
      <TypeFilter items={load.items} selected={viewState.types} />
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
