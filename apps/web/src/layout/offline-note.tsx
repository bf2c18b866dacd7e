import { Alert } from '@mui/material';
import { texts } from '../texts.js';
import { LiveRegion } from './live-region.js';
import { useOnline } from './use-online.js';

export function OfflineNote() {
  const online = useOnline();
  return <LiveRegion>{!online && <Alert severity="warning">{texts.problem.offline}</Alert>}</LiveRegion>;
}
