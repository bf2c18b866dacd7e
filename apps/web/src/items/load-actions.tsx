import { Box, Button } from '@mui/material';
import { texts } from '../texts.js';
import type { ItemLoad } from './load/item-load.js';

interface LoadActionsProps {
  load: ItemLoad;
  disabled: boolean;
  onLoad: () => void;
}

export function LoadActions({ load, disabled, onLoad }: LoadActionsProps) {
  const { state } = load;
  const isPaused = state.phase === 'stopped' && state.paused;
  const labels = texts.items;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, ml: 'auto' }}>
      {load.canRefresh && (
        <Button size="small" title={labels.changesHint} onClick={() => load.refresh()} disabled={disabled}>
          {labels.changes}
        </Button>
      )}
      {load.canContinue && (
        <Button size="small" variant="contained" onClick={() => load.continue()} disabled={disabled}>
          {isPaused ? labels.loadAll : labels.continue}
        </Button>
      )}
      {state.phase === 'loading' ? (
        <Button size="small" variant="contained" color="inherit" onClick={() => load.stop()}>
          {labels.stop}
        </Button>
      ) : (
        <Button
          size="small"
          variant={state.phase === 'idle' ? 'contained' : 'text'}
          onClick={onLoad}
          disabled={disabled}
        >
          {state.phase === 'idle' ? labels.load : labels.reload}
        </Button>
      )}
    </Box>
  );
}
