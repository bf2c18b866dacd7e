import { LinearProgress } from '@mui/material';
import { LiveRegion } from '../../layout/live-region.js';
import { Notice } from '../../layout/notice.js';
import { texts } from '../texts.js';

interface SearchProgressProps {
  shown: boolean;
  /** How many connections were searched so far. */
  searched: number;
  searching: boolean;
  onStop: () => void;
  onContinue: () => void;
}

/** The service cannot search, so the page searches what it loads, newest connections first. */
export function SearchProgress({ shown, searched, searching, onStop, onContinue }: SearchProgressProps) {
  const labels = texts.connections;
  const text = searching ? labels.searching(searched) : labels.searched(searched);
  const action = searching
    ? { label: labels.stopSearch, onClick: onStop }
    : { label: labels.continueSearch, onClick: onContinue };
  return (
    <LiveRegion>
      {shown && (
        <div>
          <Notice severity="info" actions={[action]}>
            {text}
          </Notice>
          {searching && <LinearProgress aria-label={text} sx={{ height: 3 }} />}
        </div>
      )}
    </LiveRegion>
  );
}
