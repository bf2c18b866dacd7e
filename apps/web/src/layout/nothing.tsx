import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';

interface NothingProps {
  mark: ReactNode;
  /** Why there is nothing, and what to do. */
  sentence: string;
  children?: ReactNode;
}

/** Stands where something will be. */
export function Nothing({ mark, sentence, children }: NothingProps) {
  return (
    <Box
      sx={{
        display: 'grid',
        justifyItems: 'center',
        alignContent: 'center',
        gap: 1,
        minHeight: 240,
        color: 'text.secondary',
        textAlign: 'center',
        '& > svg': { fontSize: 40, opacity: 0.6 },
      }}
    >
      {mark}
      <Typography variant="body2">{sentence}</Typography>
      {children}
    </Box>
  );
}
