import { Box, MenuItem, TextField } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { DraftField } from '../../layout/draft-field.js';
import { texts } from '../../texts.js';
import { texts as adminTexts } from '../texts.js';
import type { ServiceFilter } from './use-connections.js';
import type { SelectedFilter } from './use-list-view.js';

const PAUSE_MS = 250;
const ALL = 'all';
const STATUSES = [
  ['active', texts.status.connected],
  ['needs-reconnect', texts.status.needsReconnect],
] as const;

interface FiltersProps extends ServiceFilter {
  onFind: (find: string) => void;
  onFilter: (filter: SelectedFilter) => void;
  integrations: Integration[];
  /** `undefined`: not known yet. */
  countOf: (integration: string | null, status: Connection['status'] | null) => number | undefined;
}

export function Filters({ find, onFind, onFilter, integration, status, integrations, countOf }: FiltersProps) {
  const labels = adminTexts.connections;
  const names = new Map(integrations.map(({ id, name }) => [id, name]));
  // The address can name an integration that this service does not have.
  if (integration !== null && !names.has(integration)) names.set(integration, integration);
  const select = (
    label: string,
    value: string | null,
    options: (readonly [id: string, name: string, count: number | undefined])[],
    onChange: (value: string | null) => void,
  ) => (
    <TextField
      select
      size="small"
      label={label}
      value={value ?? ALL}
      onChange={({ target }) => onChange(target.value === ALL ? null : target.value)}
    >
      <MenuItem value={ALL}>{adminTexts.all}</MenuItem>
      {options.map(([id, name, count]) => (
        <MenuItem key={id} value={id}>
          {labels.option(name, count)}
        </MenuItem>
      ))}
    </TextField>
  );
  return (
    <Box
      role="search"
      sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: '1fr 1fr', sm: '1fr 190px 190px' } }}
    >
      <DraftField
        type="search"
        label={labels.find}
        value={find}
        pauseMs={PAUSE_MS}
        onCommit={onFind}
        sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' } }}
      />
      {select(
        labels.columns.integration,
        integration,
        [...names].map(([id, name]) => [id, name, countOf(id, status)]),
        (value) => onFilter({ integration: value }),
      )}
      {select(
        labels.columns.status,
        status,
        STATUSES.map(([id, name]) => [id, name, countOf(integration, id)]),
        (value) => onFilter({ status: value }),
      )}
    </Box>
  );
}
