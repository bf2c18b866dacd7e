import type { ReactNode } from 'react';
import { Box } from '@mui/material';

interface DescriptionListProps {
  /** Each term once. */
  entries: [term: string, description: ReactNode][];
  /** One below the other, for long descriptions. */
  stacked?: boolean;
}

const COLUMNS = { xs: '1fr 1fr', sm: 'repeat(auto-fit, minmax(180px, 1fr))' };

export function DescriptionList({ entries, stacked = false }: DescriptionListProps) {
  return (
    <Box component="dl" sx={{ display: 'grid', gap: 2, gridTemplateColumns: stacked ? '1fr' : COLUMNS }}>
      {entries.map(([term, description]) => (
        <Box key={term} sx={{ minWidth: 0 }}>
          <Box component="dt" sx={{ typography: 'caption', color: 'text.secondary' }}>
            {term}
          </Box>
          <Box component="dd" sx={{ typography: 'body2', overflowWrap: 'anywhere' }}>
            {description}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
