import type { ReactNode } from 'react';
import { Box } from '@mui/material';

/** Screen readers announce only changes of an element that already exists. While it is empty, it takes no room in the layout. */
export function LiveRegion({ children }: { children: ReactNode }) {
  return (
    <Box role="status" sx={{ display: 'grid', gap: 1.5, '&:empty': { position: 'absolute' } }}>
      {children}
    </Box>
  );
}
