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
} from '@mui/material';
import type { Connection } from '@causeway/client';
import { inWords } from '../../texts.js';
import { useAction } from '../lists.js';
import { countOf, texts } from '../texts.js';
import { runAction, type Action, type ActionResult } from './actions.js';
import { COUNTS, LISTS } from './queries.js';

/** Providers have rate limits, and browsers open few connections to one host. */
const CONCURRENCY = 4;

interface Bulk {
  action: Action;
  /** As they were when the dialog opened: those that are gone since have a result too. */
  connections: Connection[];
}

/** An action for many connections. Only what cannot be undone has to be confirmed; the rest begins at once. */
export function useBulkAction() {
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const [results, setResults] = useState<ReadonlyMap<string, ActionResult>>(new Map());
  const isStopped = useRef(false);
  const run = useAction(
    async (client, { action, connections }: Bulk) => {
      isStopped.current = false;
      const queue = connections.values();
      const work = async () => {
        for (const connection of queue) {
          if (isStopped.current) return;
          const result = await runAction(client, action, connection);
          setResults((all) => new Map(all).set(connection.id, result));
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
    setResults(new Map());
    setBulk(next);
    if (next.action !== 'disconnect') run.mutate(next);
  };
  return { bulk, run, results, stop, open, close: () => setBulk(null) };
}

interface BulkDialogProps extends Pick<ReturnType<typeof useBulkAction>, 'run' | 'results' | 'stop'> {
  bulk: Bulk;
  onClose: () => void;
}

export function BulkDialog({ bulk, run, results, stop, onClose }: BulkDialogProps) {
  const { action, connections } = bulk;
  const { length } = connections;
  const succeeded = [...results.values()].filter(({ severity }) => severity === 'success').length;
  const progress = `${results.size.toLocaleString()} of ${length.toLocaleString()} done`;
  const summary =
    succeeded === length
      ? `All ${length.toLocaleString()} succeeded.`
      : `${succeeded.toLocaleString()} succeeded, ${(length - succeeded).toLocaleString()} did not.`;
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={run.isPending ? undefined : onClose}>
      <DialogTitle>{`${inWords(action)} ${countOf(length, 'connection')}${action === 'disconnect' ? '?' : ''}`}</DialogTitle>
      <DialogContent>
        {run.isIdle ? (
          <DialogContentText>
            The credentials are deleted here, and the providers are asked to revoke the access. This cannot be undone:
            users have to connect again.
          </DialogContentText>
        ) : (
          <Box role="status">
            {run.isSuccess ? summary : progress}
            <LinearProgress variant="determinate" value={(100 * results.size) / length} aria-label={progress} />
          </Box>
        )}
        <Box component="ul" aria-label="Results" tabIndex={0} sx={LIST}>
          {connections.map(({ id, account, userId, orgId }) => {
            const { severity = 'info', message = run.isPending ? 'Waiting' : 'Skipped' } = results.get(id) ?? {};
            return (
              <Box component="li" key={id} sx={ITEM}>
                <Alert severity={severity} variant="standard">
                  <strong>{account.name}</strong> · {userId} · {orgId}
                  {!run.isIdle && <div>{message}</div>}
                </Alert>
              </Box>
            );
          })}
        </Box>
      </DialogContent>
      <DialogActions>
        {/* Another one gets the focus. */}
        <Button key={run.status} onClick={run.isPending ? stop : onClose} autoFocus>
          {run.isIdle ? 'Keep them' : run.isPending ? 'Stop' : texts.done}
        </Button>
        {run.isIdle && (
          <Button onClick={() => run.mutate(bulk)} variant="contained" color="error">
            {`Disconnect ${length.toLocaleString()}`}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

const LIST = { maxHeight: '45vh', overflowY: 'auto', border: 1, borderColor: 'divider', borderRadius: 1 };
/** There can be thousands: the browser does not lay out those that are out of view. */
const ITEM = { contentVisibility: 'auto', containIntrinsicSize: 'auto 57px' };
