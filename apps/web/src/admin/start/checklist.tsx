import { Box, Link } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { Link as RouterLink } from 'wouter';
import { CheckIcon, CircleIcon } from '../../icons.js';
import { Hint } from '../../layout/hint.js';
import { Panel } from '../../layout/panel.js';
import { useConnectionCounts } from '../connections/use-connections.js';
import { keysQuery } from '../queries.js';
import { texts } from '../texts.js';

const labels = texts.start;

/** Each step is ticked by what the service has recorded of it. */
export function Checklist({ isConfigured }: { isConfigured: boolean }) {
  const keys = useQuery(keysQuery(useCauseway())).data ?? [];
  const isDone = {
    configure: isConfigured,
    connect: (useConnectionCounts()(null, null) ?? 0) > 0,
    load: useHasHappened('items-loaded'),
    key: keys.length > 0,
    embed: useHasHappened('session-made'),
  };
  const steps = Object.entries(labels.steps) as [keyof typeof isDone, (typeof labels.steps)['key']][];
  const done = steps.filter(([step]) => isDone[step]).length;
  return (
    <Panel id="start-title" title={labels.title} level="h3" action={<Hint>{labels.done(done, steps.length)}</Hint>}>
      <Box component="ol" sx={{ display: 'grid', gap: 1.5 }}>
        {steps.map(([step, { title, detail, href }]) => (
          <Box component="li" key={step} sx={{ display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr)', gap: 1 }}>
            {isDone[step] ? (
              <CheckIcon color="success" titleAccess={labels.isDone} />
            ) : (
              <CircleIcon color="disabled" titleAccess={labels.isOpen} />
            )}
            <Box>
              <Link component={RouterLink} href={href} sx={{ fontWeight: 600 }}>
                {title}
              </Link>
              <Hint>{detail}</Hint>
            </Box>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

function useHasHappened(type: 'items-loaded' | 'session-made'): boolean {
  const client = useCauseway();
  const { data } = useQuery({
    queryKey: ['has happened', type],
    queryFn: async ({ signal }) => {
      const query = { type, limit: 1 };
      return (await unwrap(client.GET('/audit', { params: { query }, signal }))).events.length > 0;
    },
  });
  return data ?? false;
}
