import { useEffect, useRef } from 'react';
import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  LinearProgress,
} from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { texts } from '../texts.js';
import type { Action } from './actions.js';
import { BulkResult } from './bulk-result.js';
import { useBulk, type Progress } from './use-bulk.js';
import { listsKey } from './use-connections.js';

interface BulkDialogProps {
  action: Action;
  /** As they were when it was opened: also those that are gone since have a result. */
  connections: Connection[];
  onClose: () => void;
}

const isOver = (made: Progress | undefined) => made !== undefined && made !== 'running';

export function BulkDialog({ action, connections, onClose }: BulkDialogProps) {
  const { progress, phase, start, stop } = useBulk();
  const queries = useQueryClient();
  const started = useRef(false);
  const begin = () => {
    if (started.current) return;
    started.current = true;
    void start(action, connections).then(() => queries.invalidateQueries({ queryKey: listsKey }));
  };
  // What can be undone needs no question.
  useEffect(() => {
    if (action !== 'disconnect') begin();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it opens
  }, []);

  const made = connections.map(({ id }) => progress.get(id));
  const done = made.filter(isOver).length;
  const good = made.filter((one) => typeof one === 'object' && one.tone === 'success').length;
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={phase === 'running' ? undefined : onClose}
      aria-labelledby="bulk-title"
    >
      <DialogTitle id="bulk-title">{texts.bulk.titles[action](connections.length)}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5, gridTemplateRows: 'auto minmax(0, 1fr)' }}>
        <Box sx={{ minHeight: 48 }}>
          {phase === 'ready' ? <DialogContentText>{texts.bulk.warning}</DialogContentText> : null}
          {phase === 'ready' ? null : (
            <>
              <LinearProgress
                variant="determinate"
                value={(100 * done) / connections.length}
                aria-label={texts.bulk.progress(done, connections.length)}
                sx={{ mb: 1 }}
              />
              <Box role="status">
                {phase === 'over'
                  ? texts.bulk.summary(good, connections.length - good)
                  : texts.bulk.progress(done, connections.length)}
              </Box>
            </>
          )}
        </Box>
        <Box
          component="ul"
          aria-label={texts.bulk.results}
          tabIndex={0}
          sx={{
            listStyle: 'none',
            m: 0,
            p: 0,
            maxHeight: '45vh',
            overflowY: 'auto',
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
          }}
        >
          {connections.map((connection) => (
            <BulkResult key={connection.id} connection={connection} made={progress.get(connection.id)} phase={phase} />
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        {phase === 'ready' && action === 'disconnect' ? (
          <>
            <Button onClick={onClose} autoFocus>
              {texts.bulk.keep}
            </Button>
            <Button onClick={begin} variant="contained" color="error">
              {texts.bulk.confirm(connections.length)}
            </Button>
          </>
        ) : phase === 'over' ? (
          <Button onClick={onClose} variant="contained" autoFocus>
            {texts.done}
          </Button>
        ) : (
          <Button onClick={stop}>{texts.bulk.stop}</Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
