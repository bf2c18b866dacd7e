import { Box } from '@mui/material';
import type { Connection } from '@causeway/client';
import { CheckIcon, CircleIcon, CloseIcon, WarningIcon } from '../../icons.js';
import { texts } from '../../texts.js';
import { texts as adminTexts } from '../texts.js';
import type { BulkPhase, Progress } from './use-bulk-action.js';

interface BulkResultProps {
  connection: Connection;
  /** `undefined`: not started. */
  progress: Progress | undefined;
  phase: BulkPhase;
}

const ICONS = { success: CheckIcon, warning: WarningIcon, error: CloseIcon };

export function BulkResult({ connection: { account, orgId, userId, status }, progress, phase }: BulkResultProps) {
  const result = typeof progress === 'object' ? progress : null;
  const Icon = result === null ? CircleIcon : ICONS[result.severity];
  const { connected, needsReconnect } = texts.status;
  const before = phase !== 'ready' ? adminTexts.bulk.waiting : status === 'active' ? connected : needsReconnect;
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
          {typeof progress === 'string' ? adminTexts.bulk[progress] : (result?.message ?? before)}
        </Box>
      </Box>
    </Box>
  );
}
