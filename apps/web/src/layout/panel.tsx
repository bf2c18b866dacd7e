import type { ReactNode, Ref } from 'react';
import { Box, Paper, Typography } from '@mui/material';

interface PanelProps {
  id: string;
  title: string;
  /** Beside the title, at the right. */
  aside?: ReactNode;
  mark?: ReactNode;
  /** Where the focus can be put when what had it goes away. */
  titleRef?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

export function Panel({ id, title, aside, mark, titleRef, children }: PanelProps) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ p: { xs: 2, sm: 3 }, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2, minWidth: 0 }}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        {mark}
        <Typography variant="h2" id={id} ref={titleRef} tabIndex={-1} sx={{ flex: 1, outline: 'none' }}>
          {title}
        </Typography>
        {aside}
      </Box>
      {children}
    </Paper>
  );
}
