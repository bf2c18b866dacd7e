import { useState, type ReactNode } from 'react';
import { Button, Menu } from '@mui/material';

interface MenuButtonProps {
  label: string;
  disabled: boolean;
  loading?: boolean;
  /** Also when an item was selected. */
  staysOpen?: boolean;
  /** The items of the menu. */
  children: ReactNode;
}

export function MenuButton({ label, disabled, loading = false, staysOpen = false, children }: MenuButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  return (
    <>
      <Button
        size="small"
        color="inherit"
        loading={loading}
        disabled={disabled}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {label}
      </Button>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={close}
        onClick={() => !staysOpen && close()}
        slotProps={{ list: { 'aria-label': label }, paper: { sx: { maxHeight: 420 } } }}
      >
        {children}
      </Menu>
    </>
  );
}
