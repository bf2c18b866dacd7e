import { Alert, Box } from '@mui/material';
import { texts } from '../texts.js';
import { emptyRegion } from './live-region.js';
import { useOnline } from './use-online.js';

export function OfflineNote() {
  const online = useOnline();
  return (
    <Box role="status" sx={emptyRegion}>
      {online ? null : <Alert severity="warning">{texts.problem.offline}</Alert>}
    </Box>
  );
}
