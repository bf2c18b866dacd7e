import { Box } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts as appTexts } from '../../texts.js';
import { FilterSelect, FilterText } from '../filter-fields.js';
import { texts } from '../texts.js';
import type { ServiceFilter } from './use-connections.js';

const labels = texts.connections;
const STATUSES = [
  ['active', appTexts.status.connected],
  ['needs-reconnect', appTexts.status.needsReconnect],
] as const;

interface FiltersProps extends ServiceFilter {
  integrations: Integration[];
  /** `undefined`: not known yet. */
  countOf: (integration: string | null, status: Connection['status'] | null) => number | undefined;
}

export function Filters({ find, integration, status, integrations, countOf }: FiltersProps) {
  return (
    <Box
      role="search"
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: { xs: '1fr 1fr', sm: '1fr 190px 190px' },
        '& > :first-of-type': { gridColumn: { xs: '1 / -1', sm: 'auto' } },
      }}
    >
      <FilterText name="find" label={labels.find} value={find} />
      <FilterSelect
        name="integration"
        label={texts.integration}
        value={integration}
        options={integrations.map(({ id, name }) => [id, labels.option(name, countOf(id, status))])}
      />
      <FilterSelect
        name="status"
        label={labels.columns.status}
        value={status}
        options={STATUSES.map(([id, name]) => [id, labels.option(name, countOf(integration, id))])}
      />
    </Box>
  );
}
