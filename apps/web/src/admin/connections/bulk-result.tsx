import { Box } from '@mui/material';
import type { Connection } from '@causeway/client';
import { CircleIcon, CrossIcon, TickIcon, WarningIcon } from '../../icons.js';
import { texts } from '../texts.js';
import type { Progress } from './use-bulk.js';

interface BulkResultProps {
  connection: Connection;
  made: Progress | undefined;
  phase: 'ready' | 'running' | 'over';
}

const MARKS = { success: TickIcon, warning: WarningIcon, error: CrossIcon };

export function BulkResult({ connection: { account, orgId, userId, status }, made, phase }: BulkResultProps) {
  const outcome = typeof made === 'object' ? made : null;
  const Mark = outcome === null ? CircleIcon : MARKS[outcome.tone];
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
        // Thousands of them: what is out of sight is not laid out.
        contentVisibility: 'auto',
        containIntrinsicSize: 'auto 57px',
      }}
    >
      <Mark color={outcome?.tone ?? 'disabled'} sx={{ fontSize: 20, mt: 0.25 }} />
      <Box sx={{ minWidth: 0, typography: 'body2', overflowWrap: 'anywhere' }}>
        <strong>{account.name}</strong> · {userId} · {orgId}
        <Box sx={{ color: 'text.secondary', minHeight: 20 }}>{outcome?.sentence ?? inBetween(made, phase, status)}</Box>
      </Box>
    </Box>
  );
}

function inBetween(made: Progress | undefined, phase: BulkResultProps['phase'], status: Connection['status']): string {
  if (made === 'running') return texts.bulk.running;
  if (made === 'skipped') return texts.bulk.skipped;
  return phase === 'ready' ? texts.connections.statuses[status] : texts.bulk.waiting;
}
