import { Box, Skeleton } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';
import { IntegrationCard } from './integration-card.js';

interface IntegrationPickerProps {
  integrations: Integration[];
  connections: Connection[] | undefined | null;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

const grid = {
  listStyle: 'none',
  p: 0,
  m: 0,
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(auto-fill, minmax(230px, 1fr))' },
};

export function IntegrationPicker({ integrations, connections, chosen, onChoose }: IntegrationPickerProps) {
  return (
    <Box component="ul" aria-label={texts.integrations.list} sx={grid}>
      {integrations.map((integration) => (
        <Box component="li" key={integration.id} sx={{ minWidth: 0 }}>
          <IntegrationCard
            integration={integration}
            connections={connections && connections.filter((connection) => connection.integration === integration.id)}
            chosen={integration.id === chosen}
            onChoose={() => onChoose(integration.id)}
          />
        </Box>
      ))}
    </Box>
  );
}

/** As high as the cards, so that nothing jumps. */
export function IntegrationPickerLoading() {
  return (
    <Box role="status" aria-label={texts.integrations.loading} sx={grid}>
      {[1, 2, 3, 4].map((place) => (
        <Skeleton key={place} variant="rounded" sx={{ opacity: 0.6, height: { xs: 112, sm: 168 } }} />
      ))}
    </Box>
  );
}
