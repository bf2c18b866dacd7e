import { Chip, type ChipProps } from '@mui/material';
import type { Connection } from '@causeway/client';
import { inWords } from '../texts.js';

const COLORS: Partial<Record<string, ChipProps['color']>> = {
  active: 'success',
  configured: 'success',
  delivered: 'success',
  ok: 'success',
  sandbox: 'info',
  failing: 'warning',
  'needs-reconnect': 'warning',
  pending: 'warning',
  failed: 'error',
  rejected: 'error',
};

interface StateChipProps extends Pick<ChipProps, 'label' | 'color'> {
  state: string;
}

export function StateChip({ state, label = inWords(state), color = COLORS[state] ?? 'default' }: StateChipProps) {
  // Legible also in a selected row.
  return <Chip label={label} color={color} sx={{ bgcolor: 'background.paper' }} />;
}

export const StatusChip = ({ status }: Pick<Connection, 'status'>) => (
  <StateChip state={status} label={status === 'active' ? 'Connected' : undefined} />
);
