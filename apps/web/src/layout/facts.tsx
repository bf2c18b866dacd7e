import type { ReactNode } from 'react';
import { Box } from '@mui/material';

interface FactsProps {
  /** Name and value; each name once. */
  facts: [name: string, value: ReactNode][];
  /** One below the other, for long values. */
  stacked?: boolean;
}

const COLUMNS = { xs: '1fr 1fr', sm: 'repeat(auto-fit, minmax(180px, 1fr))' };

export function Facts({ facts, stacked = false }: FactsProps) {
  return (
    <Box component="dl" sx={{ m: 0, display: 'grid', gap: 2, gridTemplateColumns: stacked ? '1fr' : COLUMNS }}>
      {facts.map(([name, value]) => (
        <Box key={name} sx={{ minWidth: 0 }}>
          <Box component="dt" sx={{ typography: 'caption', color: 'text.secondary' }}>
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, typography: 'body2', overflowWrap: 'anywhere' }}>
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
