import { useEffect, useState } from 'react';
import { Alert, AlertTitle, Box, LinearProgress, Typography } from '@mui/material';
import { useOnline } from '../layout/use-online.js';
import { texts } from '../texts.js';
import type { ItemLoad, LoadPhase } from './load/item-load.js';
import { parentFaultOf } from './parent-field.js';

/** How the load goes, in one line that has its place from the start; and in a box where somebody has to do something. */
export function LoadStatus({ load, name }: { load: ItemLoad; name: string }) {
  const { phase } = load;
  const count = load.items.rows.length;
  const loading = phase.phase === 'loading';
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ height: 4 }}>
        {loading ? <LinearProgress aria-label={texts.items.loading} sx={{ borderRadius: 1 }} /> : null}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, minHeight: phase.phase === 'incomplete' ? 0 : 24 }}>
        {/* Read out when its words change, not with every number. */}
        <Typography role="status" variant="body2" sx={{ fontWeight: 600 }}>
          {phase.phase === 'incomplete' ? '' : <Sentence phase={phase} count={count} name={name} />}
        </Typography>
        {loading && count > 0 ? <Counts load={load} /> : null}
      </Box>
      {phase.phase === 'incomplete' && parentFaultOf(phase.problem) === undefined ? (
        <Incomplete phase={phase} count={count} />
      ) : null}
    </Box>
  );
}

function Sentence({ phase, count, name }: { phase: LoadPhase; count: number; name: string }) {
  const words = texts.items;
  switch (phase.phase) {
    case 'loading':
      if (phase.waitingUntil !== null) return <Waiting name={name} until={phase.waitingUntil} />;
      return phase.refreshing ? words.refreshing : count === 0 ? words.beginning : words.loading;
    case 'stopped':
      return words.stopped;
    case 'complete':
      return phase.refreshed === null
        ? count === 0
          ? ''
          : words.complete(count)
        : words.refreshed(phase.refreshed.changed, phase.refreshed.added);
    case 'idle':
    case 'incomplete':
      return '';
  }
}

function Waiting({ name, until }: { name: string; until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return texts.items.waiting(name, Math.max(1, Math.ceil((until - now) / 1000)));
}

function Counts({ load }: { load: ItemLoad }) {
  const counts = [...load.items.countsByType].filter(([, count]) => count > 0);
  return (
    <Typography
      variant="body2"
      sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}
      data-testid="counts"
    >
      {counts.map(([type, count]) => `${type} ${count.toLocaleString()}`).join(' · ')}
    </Typography>
  );
}

function Incomplete({ phase, count }: { phase: Extract<LoadPhase, { phase: 'incomplete' }>; count: number }) {
  const { problem, began } = phase;
  const online = useOnline();
  const retryAfter = problem.retryAfter === undefined ? '' : ` ${texts.problem.retryAfter(problem.retryAfter)}`;
  return (
    <Alert role="alert" severity={began ? 'warning' : 'error'}>
      <AlertTitle>{began ? texts.items.incomplete(count) : texts.items.failed}</AlertTitle>
      {online ? `${problem.detail}${retryAfter}` : texts.items.offline}
    </Alert>
  );
}
