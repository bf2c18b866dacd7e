import { Alert, Box, Button, LinearProgress } from '@mui/material';
import { emptyRegion } from '../../layout/live-region.js';
import { noticeAction } from '../../layout/notice-action.js';
import { texts } from '../texts.js';

interface SearchedProps {
  shown: boolean;
  /** Connections that were looked at so far, the newest ones. */
  looked: number;
  searching: boolean;
  onStop: () => void;
  onGoOn: () => void;
}

/** The service cannot search, so this page looks through what it loads: how far that has come, and that there is more. */
export function Searched({ shown, looked, searching, onStop, onGoOn }: SearchedProps) {
  const words = texts.connections;
  return (
    <Box role="status" sx={emptyRegion}>
      {shown ? (
        <Alert
          severity="info"
          sx={noticeAction}
          action={
            <Button color="inherit" size="small" onClick={searching ? onStop : onGoOn}>
              {searching ? words.stopSearch : words.searchOn}
            </Button>
          }
        >
          {searching ? words.searching(looked) : words.searched(looked)}
        </Alert>
      ) : null}
      {shown && searching ? <LinearProgress aria-label={words.searching(looked)} sx={{ height: 3 }} /> : null}
    </Box>
  );
}
