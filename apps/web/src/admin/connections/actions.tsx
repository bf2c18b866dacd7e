import { useEffect, useRef, useState } from 'react';
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, LinearProgress } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { type CausewayClient, type Connection, unwrap } from '@causeway/client';
import { useConnectionEvents, type ConnectionEventsStatus } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/content.js';
import { useMay } from '../../session/caller.js';
import { inWords } from '../../texts.js';
import { lists, useAction, useRead } from '../requests.js';
import { countOf, texts } from '../texts.js';

export const LISTS = lists.connections.queryKey;
const COUNTS = [...LISTS, 'counts'];
export const connectionKey = (id: string) => ['connection', id];

/** Events come in bursts. */
const BURST_MS = 200;
const REFRESH_MS = 2_000;

/** How many connections the caller may see, by integration and status; `undefined`: not known yet. */
export function useConnectionCounts() {
  const { data } = useRead(COUNTS, (client, signal) => unwrap(client.GET('/connections/counts', { signal })));
  return ({ integration, status }: Partial<Record<'integration' | 'status', string>>): number | undefined =>
    data?.counts
      .filter((counted) => (integration ?? counted.integration) === counted.integration)
      .filter((counted) => (status ?? counted.status) === counted.status)
      .reduce((sum, { count }) => sum + count, 0);
}

/** Reads again what the events of connections say has changed: of any number of events, the lists at most every `REFRESH_MS`. */
export function useLiveUpdates(): ConnectionEventsStatus {
  const queryClient = useQueryClient();
  const timer = useRef<number>(undefined);
  const refreshedAt = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useConnectionEvents({}, (event) => {
    const refresh = () => {
      // What is being read may be from before the event.
      const isReading = queryClient.isFetching({ queryKey: LISTS }) > 0;
      timer.current = isReading ? window.setTimeout(refresh, BURST_MS) : undefined;
      if (isReading) return;
      refreshedAt.current = Date.now();
      void queryClient.invalidateQueries({ queryKey: LISTS });
    };
    const wait = Math.max(BURST_MS, refreshedAt.current + REFRESH_MS - Date.now());
    timer.current ??= window.setTimeout(refresh, wait);
    // Its details, if they are open, with its logs.
    if (event.event !== 'reset') void queryClient.invalidateQueries({ queryKey: connectionKey(event.connection.id) });
  });
}

/** In the order of their buttons: the one that cannot be undone is last. */
const ACTIONS = ['check', 'refresh', 'disconnect'] as const;

export type Action = (typeof ACTIONS)[number];

type ActionResult = { severity: 'success' | 'warning' | 'error'; message: string };

const DISCONNECTED = {
  revoked: 'Disconnected, and the provider has revoked the access.',
  shared: 'Disconnected. Another connection uses the same access, so it was not revoked.',
  unsupported: 'Disconnected. The provider cannot revoke the access from here.',
  failed: 'Disconnected here. The provider did not confirm that the access is revoked.',
};

const REQUESTS: Record<Action, (client: CausewayClient, connection: Connection) => Promise<ActionResult>> = {
  check: async (client, { id }) => {
    const { problem } = await unwrap(client.POST('/connections/{id}/check', { params: { path: { id } } }));
    return problem ? { severity: 'warning', message: problem.detail } : { severity: 'success', message: 'It works.' };
  },
  refresh: async (client, { id, lastRefreshedAt }) => {
    const refreshed = await unwrap(client.POST('/connections/{id}/refresh', { params: { path: { id } } }));
    const isNew = refreshed.lastRefreshedAt !== lastRefreshedAt;
    return { severity: 'success', message: isNew ? 'Refreshed.' : 'Not refreshed: its token does not expire.' };
  },
  disconnect: async (client, { id }) => {
    const { revoked } = await unwrap(client.DELETE('/connections/{id}', { params: { path: { id } } }));
    return { severity: revoked === 'failed' ? 'warning' : 'success', message: DISCONNECTED[revoked] };
  },
};

/** Never rejects: an error is a result too. */
export async function runAction(client: CausewayClient, action: Action, connection: Connection): Promise<ActionResult> {
  try {
    return await REQUESTS[action](client, connection);
  } catch (error) {
    const { slug, detail } = problemOf(error);
    if (slug === 'unknown-connection') return { severity: 'warning', message: 'It was already disconnected.' };
    return { severity: 'error', message: detail };
  }
}

/** The actions that the caller may do. */
export function ActionButtons(props: { running?: Action | null; onAction: (action: Action) => void }) {
  const { running = null, onAction } = props;
  const canWrite = useMay('connections:write');
  return ACTIONS.filter((action) => canWrite || action === 'check').map((action) => (
    <Button
      key={action}
      size="small"
      variant="outlined"
      sx={{ bgcolor: 'background.paper' }}
      color={action === 'disconnect' ? 'error' : 'primary'}
      loading={running === action}
      disabled={running !== null}
      onClick={() => onAction(action)}
    >
      {inWords(action)}
    </Button>
  ));
}

/** Providers have rate limits, and browsers open few connections to one host. */
const CONCURRENCY = 4;

/** The connections as they were when the dialog opened: those that are gone since have a result too. */
type Bulk = { action: Action; connections: Connection[] };

/** An action for many connections. Only what cannot be undone has to be confirmed; the rest begins at once. */
export function useBulkAction(onDisconnected: () => void) {
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const [results, setResults] = useState<ReadonlyMap<string, ActionResult>>(new Map());
  const isStopped = useRef(false);
  const run = useAction(async (client, { action, connections }: Bulk) => {
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
  }, LISTS);
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
  const close = () => {
    setBulk(null);
    if (bulk?.action === 'disconnect') onDisconnected();
  };
  return { bulk, run, results, stop, open, close };
}

export function BulkDialog({ bulk, run, results, stop, close }: ReturnType<typeof useBulkAction>) {
  if (bulk === null) return null;
  const { action, connections } = bulk;
  const { length } = connections;
  const succeeded = [...results.values()].filter(({ severity }) => severity === 'success').length;
  const progress = `${results.size.toLocaleString()} of ${length.toLocaleString()} done`;
  const summary =
    succeeded === length
      ? `All ${length.toLocaleString()} succeeded.`
      : `${succeeded.toLocaleString()} succeeded, ${(length - succeeded).toLocaleString()} did not.`;
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={run.isPending ? undefined : close}>
      <DialogTitle>{`${inWords(action)} ${countOf(length, 'connection')}${action === 'disconnect' ? '?' : ''}`}</DialogTitle>
      <DialogContent>
        {run.isIdle ? (
          <Hint variant="body1">
            The credentials are deleted here, and the providers are asked to revoke the access. This cannot be undone:
            users have to connect again.
          </Hint>
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
        <Button key={run.status} onClick={run.isPending ? stop : close} autoFocus>
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
