import { useState } from 'react';
import { Button, Divider, ListItemIcon, ListItemText, Menu, MenuItem } from '@mui/material';
import { CheckIcon } from '../icons.js';
import { texts } from '../texts.js';
import type { Look } from './use-look.js';

/** The first column stays: it says what a row is. */
export function ColumnMenu({ look: { columns, shown, chooseColumns }, disabled }: { look: Look; disabled: boolean }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const ids = shown.map(({ id }) => id);
  const toggle = (id: string) =>
    chooseColumns(columns.flatMap((column) => ((column.id === id) === ids.includes(column.id) ? [] : column.id)));
  return (
    <>
      <Button
        size="small"
        color="inherit"
        disabled={disabled}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {texts.items.columns}
      </Button>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { 'aria-label': texts.items.columns, dense: true }, paper: { sx: { maxHeight: 420 } } }}
      >
        {columns.slice(1).map(({ id, label }) => (
          <MenuItem
            key={id}
            role="menuitemcheckbox"
            aria-checked={ids.includes(id)}
            onClick={() => toggle(id)}
            sx={{ minHeight: 36 }}
          >
            <ListItemIcon>{ids.includes(id) ? <CheckIcon fontSize="small" color="primary" /> : null}</ListItemIcon>
            <ListItemText primary={label} />
          </MenuItem>
        ))}
        <Divider />
        <MenuItem onClick={() => chooseColumns(null)}>{texts.items.usualColumns}</MenuItem>
      </Menu>
    </>
  );
}
