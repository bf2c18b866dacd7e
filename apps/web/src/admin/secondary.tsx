import type { ReactNode } from 'react';
import { Box } from '@mui/material';

interface SecondaryProps {
  isCode?: boolean;
  /** From this width on, the text is elsewhere. */
  until?: 'sm' | 'md';
  children: ReactNode;
}

/** Below the more important text of a cell. */
export const Secondary = ({ isCode = false, until, children }: SecondaryProps) => (
  <Box
    component={isCode ? 'code' : 'div'}
    sx={{ display: { xs: 'block', ...(until && { [until]: 'none' }) }, color: 'text.secondary', fontSize: 12 }}
  >
    {children}
  </Box>
);
