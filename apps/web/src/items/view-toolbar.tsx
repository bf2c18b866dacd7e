import type { ReactNode } from 'react';
import { Box, InputAdornment, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { SearchIcon } from '../icons.js';
import { setPageParams } from '../routing/search-params.js';
import { texts } from '../texts.js';

const LAYOUTS = ['table', 'json'] as const;

export type Layout = (typeof LAYOUTS)[number];

interface ViewToolbarProps {
  text: string;
  layout: Layout;
  /** What can be done with the shown items. */
  children: ReactNode;
}

export function ViewToolbar({ text, layout, children }: ViewToolbarProps) {
  return (
    <Box sx={TOOLBAR}>
      <TextField
        type="search"
        size="small"
        placeholder={texts.items.find}
        value={text}
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
        sx={{ flex: '1 1 220px', maxWidth: 420, '& input': { py: 0.75 } }}
      />
      <Box sx={ACTIONS}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={layout}
          aria-label={texts.items.layout}
          onChange={(_, next: Layout | null) =>
            next !== null && setPageParams({ view: next === 'table' ? null : next }, { replace: true })
          }
        >
          {LAYOUTS.map((value) => (
            <ToggleButton key={value} value={value} sx={{ textTransform: 'none', px: { xs: 1, sm: 1.5 }, py: 0.5 }}>
              {texts.items[value]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {children}
      </Box>
    </Box>
  );
}

const TOOLBAR = { display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' };

/** In one row also on a phone. */
const ACTIONS = {
  display: 'flex',
  flexWrap: 'wrap',
  gap: { xs: 0.5, sm: 1 },
  ml: { md: 'auto' },
  '& .MuiButton-root': { minWidth: 0, px: { xs: 0.75, sm: 1.25 } },
};
