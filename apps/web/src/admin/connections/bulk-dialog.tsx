import { useEffect } from 'react';
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
import type { Connection } from '@causeway/client';
import { CheckIcon, CircleIcon, CloseIcon, WarningIcon } from '../../icons.js';
import { texts as appTexts } from '../../texts.js';
import { texts } from '../texts.js';
import type { Action } from './actions.js';
import { useBulkAction, type BulkPhase, type Progress } from './use-bulk-action.js';

interface BulkDialogProps {
  action: Action;
  /** As they were when the dialog opened: those that are gone since have a result too. */
  connections: Connection[];
  onClose: () => void;
}

export function BulkDialog({ action, connections, onClose }: BulkDialogProps) {
  const { progress, phase, start, stop } = useBulkAction(action, connections);
  useEffect(() => {
    // Only what cannot be undone has to be confirmed.
    if (action !== 'disconnect') start();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the dialog opens
  }, []);

  const { length } = connections;
  const results = connections.map(({ id }) => progress.get(id));
  const done = results.filter((result) => result !== undefined && result !== 'running').length;
  const succeeded = results.filter((result) => typeof result === 'object' && result.severity === 'success').length;
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={phase === 'running' ? undefined : onClose}
      aria-labelledby="bulk-title"
    >
      <DialogTitle id="bulk-title">{texts.bulk.titles[action](length)}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5, gridTemplateRows: 'auto minmax(0, 1fr)' }}>
        <Box sx={{ minHeight: 48 }}>
          {phase === 'ready' ? (
            <DialogContentText>{texts.bulk.warning}</DialogContentText>
          ) : (
            <>
              <LinearProgress
                variant="determinate"
                value={(100 * done) / length}
                aria-label={texts.bulk.progress(done, length)}
                sx={{ mb: 1 }}
              />
              <Box role="status">
                {phase === 'done'
                  ? texts.bulk.summary(succeeded, length - succeeded)
                  : texts.bulk.progress(done, length)}
              </Box>
            </>
          )}
        </Box>
        <Box
          component="ul"
          aria-label={texts.bulk.results}
          tabIndex={0}
          sx={{
            maxHeight: '45vh',
            overflowY: 'auto',
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
          }}
        >
          {connections.map((connection) => (
            <BulkResult
              key={connection.id}
              connection={connection}
              progress={progress.get(connection.id)}
              phase={phase}
            />
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        {phase === 'ready' && action === 'disconnect' ? (
          <>
            <Button onClick={onClose} autoFocus>
              {texts.bulk.cancel}
            </Button>
            <Button onClick={start} variant="contained" color="error">
              {texts.bulk.confirm(length)}
            </Button>
          </>
        ) : phase === 'done' ? (
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

interface BulkResultProps {
  connection: Connection;
  /** `undefined`: not started. */
  progress: Progress | undefined;
  phase: BulkPhase;
}

const ICONS = { success: CheckIcon, warning: WarningIcon, error: CloseIcon };

function BulkResult({ connection: { account, orgId, userId, status }, progress, phase }: BulkResultProps) {
  const result = typeof progress === 'object' ? progress : null;
  const Icon = result === null ? CircleIcon : ICONS[result.severity];
  const { connected, needsReconnect } = appTexts.status;
  const before = phase !== 'ready' ? texts.bulk.waiting : status === 'active' ? connected : needsReconnect;
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: '24px minmax(0, 1fr)',
        gap: 1,
        px: 1.5,
        py: 1,
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-child': { borderBottom: 0 },
        // There can be thousands: the browser does not lay out those that are out of view.
        contentVisibility: 'auto',
        containIntrinsicSize: 'auto 57px',
      }}
    >
      <Icon color={result?.severity ?? 'disabled'} sx={{ fontSize: 20, mt: 0.25 }} />
      <Box sx={{ minWidth: 0, typography: 'body2', overflowWrap: 'anywhere' }}>
        <strong>{account.name}</strong> · {userId} · {orgId}
        <Box sx={{ color: 'text.secondary', minHeight: 20 }}>
          {typeof progress === 'string' ? texts.bulk[progress] : (result?.message ?? before)}
        </Box>
      </Box>
    </Box>
  );
}
