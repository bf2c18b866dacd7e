import { useEffect, useRef, useState } from 'react';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  LinearProgress,
  type AlertColor,
} from '@mui/material';
import type { Connection } from '@causeway/client';
import { inWords, texts as shared } from '../../texts.js';
import { useAction } from '../lists.js';
import { texts } from '../texts.js';
import { runAction, type Action, type ActionResult } from './actions.js';
import { COUNTS, LISTS } from './queries.js';

const labels = texts.bulk;

/** Providers have rate limits, and browsers open few connections to one host. */
const CONCURRENCY = 4;

type Progress = ActionResult | 'running' | 'skipped';

interface Bulk {
  action: Action;
  /** As they were when the dialog opened: those that are gone since have a result too. */
  connections: Connection[];
}

/** An action for many connections. Only what cannot be undone has to be confirmed; the rest begins at once. */
export function useBulkAction() {
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const isStopped = useRef(false);
  const run = useAction(
    async (client, { action, connections }: Bulk) => {
      isStopped.current = false;
      const queue = connections.values();
      const set = (id: string, value: Progress) => setProgress((all) => new Map(all).set(id, value));
      const work = async () => {
        for (const connection of queue) {
          if (!isStopped.current) set(connection.id, 'running');
          set(connection.id, isStopped.current ? 'skipped' : await runAction(client, action, connection));
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, work));
    },
    LISTS,
    COUNTS,
  );
  const stop = () => {
    isStopped.current = true;
  };
  useEffect(() => stop, []);
  const open = (next: Bulk) => {
    run.reset();
    setProgress(new Map());
    setBulk(next);
    if (next.action !== 'disconnect') run.mutate(next);
  };
  return { bulk, run, progress, stop, open, close: () => setBulk(null) };
}

interface BulkDialogProps extends Pick<ReturnType<typeof useBulkAction>, 'run' | 'progress' | 'stop'> {
  bulk: Bulk;
  onClose: () => void;
}

export function BulkDialog({ bulk, run, progress, stop, onClose }: BulkDialogProps) {
  const { action, connections } = bulk;
  const { length } = connections;
  const results = [...progress.values()].filter((result) => result !== 'running');
  const succeeded = results.filter((result) => result !== 'skipped' && result.severity === 'success').length;
  const before = ({ status }: Connection) =>
    run.isIdle ? shared.status[status === 'active' ? 'connected' : 'needsReconnect'] : 'Waiting';
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={run.isPending ? undefined : onClose} aria-labelledby="bulk-title">
      <DialogTitle id="bulk-title">{labels.title(inWords(action), length, action === 'disconnect')}</DialogTitle>
      <DialogContent sx={{ gap: 1.5, gridTemplateRows: 'auto minmax(0, 1fr)' }}>
        <Box sx={{ minHeight: 48 }}>
          {run.isIdle ? (
            <DialogContentText>
              The credentials are deleted here, and the providers are asked to revoke the access. This cannot be undone:
              users have to connect again.
            </DialogContentText>
          ) : (
            <>
              <LinearProgress
                variant="determinate"
                value={(100 * results.length) / length}
                aria-label={labels.progress(results.length, length)}
                sx={{ mb: 1 }}
              />
              <Box role="status">
                {run.isSuccess
                  ? labels.summary(succeeded, length - succeeded)
                  : labels.progress(results.length, length)}
              </Box>
            </>
          )}
        </Box>
        <Box component="ul" aria-label="Results" tabIndex={0} sx={LIST}>
          {connections.map((connection) => {
            const result = progress.get(connection.id);
            const { severity = 'info', message = before(connection) }: { severity?: AlertColor; message?: string } =
              typeof result === 'string' ? { message: labels[result] } : (result ?? {});
            return (
              <Box component="li" key={connection.id} sx={ITEM}>
                <Alert severity={severity} variant="standard">
                  <strong>{connection.account.name}</strong> · {connection.userId} · {connection.orgId}
                  <div>{message}</div>
                </Alert>
              </Box>
            );
          })}
        </Box>
      </DialogContent>
      <DialogActions>
        {run.isIdle && (
          <>
            <Button onClick={onClose} autoFocus>
              Keep them
            </Button>
            <Button onClick={() => run.mutate(bulk)} variant="contained" color="error">
              {labels.confirm(length)}
            </Button>
          </>
        )}
        {run.isPending && <Button onClick={stop}>Stop</Button>}
        {run.isSuccess && (
          <Button onClick={onClose} variant="contained" autoFocus>
            {texts.done}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

const LIST = { maxHeight: '45vh', overflowY: 'auto', border: 1, borderColor: 'divider', borderRadius: 1 };
/** There can be thousands: the browser does not lay out those that are out of view. */
const ITEM = { contentVisibility: 'auto', containIntrinsicSize: 'auto 57px' };
