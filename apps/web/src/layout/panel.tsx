import type { ReactNode, Ref } from 'react';
import { Box, Paper, Typography } from '@mui/material';

interface PanelProps {
  /** Of the title. */
  id: string;
  title: string;
  level?: 'h2' | 'h3';
  icon?: ReactNode;
  /** At the right of the title. */
  action?: ReactNode;
  /** To focus the title when the focused element is removed. */
  titleRef?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

export function Panel({ id, title, level = 'h2', icon, action, titleRef, children }: PanelProps) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{
        p: { xs: 2, sm: 3 },
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 2,
        minWidth: 0,
        alignContent: 'start',
      }}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        {icon}
        <Typography variant={level} id={id} ref={titleRef} tabIndex={-1} sx={{ flex: 1, outline: 'none' }}>
          {title}
        </Typography>
        {action}
      </Box>
      {children}
    </Paper>
  );
}
