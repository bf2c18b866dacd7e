import { Box, Typography } from '@mui/material';
import { texts } from '../texts.js';

/** Always visible, so that nobody takes an invented account for their own. */
export function SandboxNote() {
  return (
    <Box
      role="note"
      sx={{
        borderRadius: 1,
        border: '1px dashed',
        borderColor: 'warning.main',
        px: 2,
        py: 1,
        bgcolor: 'background.paper',
      }}
    >
      <Typography variant="body2">
        <Box component="strong" sx={{ color: 'warning.main' }}>
          {texts.sandbox.title}
        </Box>{' '}
        {texts.sandbox.detail}
      </Typography>
    </Box>
  );
}
