import { Box } from '@mui/material';

/** Formatted JSON; the keyboard scrolls it, and its corner resizes it. */
export function JsonText({ value, label, height }: { value: unknown; label: string; height: number }) {
  return (
    <Box
      component="pre"
      role="region"
      tabIndex={0}
      aria-label={label}
      sx={{
        m: 0,
        p: 1.5,
        height,
        minHeight: 120,
        overflow: 'auto',
        resize: 'vertical',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.default',
        font: '0.8125rem/1.5 ui-monospace, monospace',
        whiteSpace: 'pre',
      }}
    >
      {JSON.stringify(value, null, 2)}
    </Box>
  );
}
