import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';

interface EmptyStateProps {
  icon: ReactNode;
  /** Why it is empty, and what to do. */
  text: string;
  children?: ReactNode;
}

export function EmptyState({ icon, text, children }: EmptyStateProps) {
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
      {icon}
      <Typography variant="body2">{text}</Typography>
      {children}
    </Box>
  );
}
