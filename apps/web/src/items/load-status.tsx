import { useEffect, useState, type ReactNode } from 'react';
import { Box, LinearProgress, Typography } from '@mui/material';
import type { ItemLoad, LoadState } from '@causeway/react';
import { ProblemAlert } from '../layout/problem-alert.js';
import { useOnline } from '../layout/use-online.js';
import { itemCount } from '../texts.js';

interface LoadStatusProps {
  load: ItemLoad;
  /** Of the integration. */
  name: string;
  /** Beside it: how much of what is loaded is shown. */
  children: ReactNode;
}

export function LoadStatus({ load, name, children }: LoadStatusProps) {
  const { state } = load;
  const count = load.items.rows.length;
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <Box sx={{ height: 3 }}>
        {state.phase === 'loading' && <LinearProgress aria-label="Loading…" sx={{ borderRadius: 1 }} />}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, minHeight: state.phase === 'incomplete' ? 0 : 24 }}>
        {/* Without the counts, which would be announced with every change. */}
        <Typography role="status" variant="body2" sx={{ fontWeight: 600 }}>
          <Message state={state} count={count} name={name} />
        </Typography>
        {children}
      </Box>
      <Incomplete load={load} name={name} />
    </Box>
  );
}

function Message({ state, count, name }: { state: LoadState; count: number; name: string }) {
  switch (state.phase) {
    case 'loading':
      if (state.waitingUntil !== null) return <Waiting name={name} until={state.waitingUntil} />;
      if (state.refreshing) return 'Getting changes…';
      return count === 0 || state.hasOld ? 'Requesting the first items…' : 'Loading…';
    case 'stopped':
      return state.paused ? `Preview: the first ${itemCount(count)}` : 'Stopped. Press Continue to load the rest.';
    case 'complete':
      if (state.refreshed !== null) return changesIn(state.refreshed);
      return count > 1 ? `All ${itemCount(count)} loaded` : count === 1 ? '1 item loaded' : '';
    case 'idle':
    case 'incomplete':
      return '';
  }
}

const changesIn = ({ changed, added }: Record<'changed' | 'added', number>) =>
  changed + added === 0 ? 'No changes' : `${changed.toLocaleString()} changed, ${added.toLocaleString()} new`;

function Waiting({ name, until }: { name: string; until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return `${name} rate limit: continuing in ${Math.max(1, Math.ceil((until - now) / 1000))} s`;
}

function Incomplete({ load, name }: Omit<LoadStatusProps, 'children'>) {
  const { state, items } = load;
  const online = useOnline();
  if (state.phase !== 'incomplete') return null;
  const { problem, hasItems, hasOld } = state;
  const incomplete = hasItems ? `Incomplete: ${itemCount(items.rows.length)} so far` : 'The items could not be loaded';
  const reason = online ? problem.detail : 'You are offline. Try again when you are back online.';
  const detail = hasOld ? `${reason} You still see the items of the load before.` : reason;
  return (
    <ProblemAlert
      severity={hasItems ? 'warning' : 'error'}
      title={hasOld ? 'The items could not be loaded again' : incomplete}
      problem={{ ...problem, detail }}
      provider={name}
      onRetry={hasOld ? () => load.continue() : undefined}
    />
  );
}
