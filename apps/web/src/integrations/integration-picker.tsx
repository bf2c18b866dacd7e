import { Box, Skeleton } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';
import { IntegrationCard } from './integration-card.js';

interface IntegrationPickerProps {
  integrations: Integration[];
  connections: Connection[] | undefined | null;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

const GRID = {
  listStyle: 'none',
  p: 0,
  m: 0,
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(auto-fill, minmax(230px, 1fr))' },
};

export function IntegrationPicker({ integrations, connections, selected, onSelect }: IntegrationPickerProps) {
  return (
    <Box component="ul" aria-label={texts.integrations.list} sx={GRID}>
      {integrations.map((integration) => (
        <Box component="li" key={integration.id} sx={{ minWidth: 0 }}>
          <IntegrationCard
            integration={integration}
            connections={connections && connections.filter((connection) => connection.integration === integration.id)}
            selected={integration.id === selected}
            onSelect={() => onSelect(integration.id)}
          />
        </Box>
      ))}
    </Box>
  );
}

/** As high as the cards, so that the layout does not shift. */
export function IntegrationPickerLoading() {
  return (
    <Box role="status" aria-label={texts.integrations.loading} sx={GRID}>
      {[1, 2, 3, 4].map((number) => (
        <Skeleton key={number} variant="rounded" sx={{ opacity: 0.6, height: { xs: 112, sm: 168 } }} />
      ))}
    </Box>
  );
}
