import { Divider, ListItemIcon, ListItemText, MenuItem } from '@mui/material';
import { CheckIcon } from '../../icons.js';
import { MenuButton } from '../../layout/menu-button.js';
import { texts } from '../../texts.js';
import type { ViewState } from '../use-view-state.js';

interface ColumnMenuProps {
  viewState: ViewState;
  disabled: boolean;
}

export function ColumnMenu({ viewState: { columns, visibleColumns, selectColumns }, disabled }: ColumnMenuProps) {
  const visible = visibleColumns.map(({ id }) => id);
  // Visible columns keep their order, and a new one comes last.
  const toggle = (id: string) =>
    selectColumns(visible.includes(id) ? visible.filter((other) => other !== id) : [...visible, id]);
  return (
    <MenuButton label={texts.items.columns} disabled={disabled}>
      {() => [
        // The first column is always visible: it names the row.
        ...columns.slice(1).map(({ id, label }) => (
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
        )),
        <Divider key="divider" />,
        <MenuItem key="default" dense onClick={() => selectColumns(null)}>
          {texts.items.defaultColumns}
        </MenuItem>,
      ]}
    </MenuButton>
  );
}
