import type { ReactNode } from 'react';
import { Box, Drawer, IconButton, Typography, type DrawerProps } from '@mui/material';
import { CloseIcon } from '../icons.js';
import { Hint } from './content.js';

interface SideDrawerProps extends Required<Pick<DrawerProps, 'open' | 'onClose'>> {
  /** Pixels. */
  width: number;
  /** A `DrawerContent`. */
  children: ReactNode;
}

export function SideDrawer({ width, ...drawer }: SideDrawerProps) {
  const named = { role: 'dialog', 'aria-modal': true, 'aria-labelledby': 'drawer-title' };
  return (
    <Drawer anchor="right" {...drawer} slotProps={{ paper: { ...named, sx: { width: `min(${width}px, 100%)` } } }} />
  );
}

interface DrawerContentProps {
  title: string;
  /** In small letters above the title. */
  overline?: string;
  icon?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

export function DrawerContent({ title, overline, icon, onClose, children }: DrawerContentProps) {
  return (
    <Box sx={{ p: { xs: 2, sm: 3 }, display: 'grid', gap: 2.5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        {icon}
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Hint>{overline}</Hint>
          <Typography id="drawer-title" variant="h2" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
        </Box>
        <IconButton aria-label="Close" onClick={onClose} autoFocus edge="end">
          <CloseIcon />
        </IconButton>
      </Box>
      {children}
    </Box>
  );
}
