import { Box, Chip, Skeleton, Typography } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { SelectableCard } from '../layout/selectable-card.js';
import { texts } from '../texts.js';
import { IntegrationAvatar } from './integration-avatar.js';

interface IntegrationPickerProps {
  integrations: Integration[];
  connections: Connection[] | undefined | null;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

const GRID = {
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

interface IntegrationCardProps {
  integration: Integration;
  /** `undefined`: not loaded yet; `null`: no user is selected, or they could not be loaded. */
  connections: Connection[] | undefined | null;
  selected: boolean;
  onSelect: () => void;
}

function IntegrationCard({ integration, connections, selected, onSelect }: IntegrationCardProps) {
  return (
    <SelectableCard selected={selected} onClick={onSelect} sx={CARD}>
      <Box sx={{ display: 'flex', gap: { xs: 1, sm: 1.5 }, alignItems: 'center' }}>
        <IntegrationAvatar integration={integration} />
        <Box sx={{ minWidth: 0 }}>
          <Typography variant="h3" component="span" sx={{ display: 'block' }} noWrap>
            {integration.name}
          </Typography>
          <Typography variant="body2" component="span" noWrap sx={CATEGORY}>
            {texts.integrations.categories[integration.category] ?? integration.category}
          </Typography>
        </Box>
      </Box>
      <Typography variant="body2" sx={{ color: 'text.secondary', flex: 1, display: { xs: 'none', sm: 'block' } }}>
        {integration.description}
      </Typography>
      <Box sx={{ minHeight: 24, display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'center' }}>
        {connections === undefined && <Skeleton variant="rounded" width={96} height={24} />}
        {connections && <Chip size="small" variant="outlined" {...summarize(integration, connections)} />}
        <Typography variant="caption" noWrap sx={{ color: 'text.secondary', flex: '1 1 80px', minWidth: 0 }}>
          {connections?.map(({ account }) => account.name).join(', ')}
        </Typography>
      </Box>
    </SelectableCard>
  );
}

const CARD = {
  height: '100%',
  p: { xs: 1.5, sm: 2 },
  flexDirection: 'column',
  alignItems: 'stretch',
  justifyContent: 'flex-start',
  bgcolor: 'background.paper',
};

const CATEGORY = { display: 'block', color: 'text.secondary', '&::first-letter': { textTransform: 'uppercase' } };

/** One status for all of the user's accounts. */
function summarize({ configured }: Integration, connections: Connection[]) {
  const { needsReconnect, accounts, connected, notConnected, notConfigured } = texts.status;
  if (connections.some(({ status }) => status === 'needs-reconnect'))
    return { label: needsReconnect, color: 'warning' } as const;
  if (connections.length > 1) return { label: accounts(connections.length), color: 'success' } as const;
  if (connections.length === 1) return { label: connected, color: 'success' } as const;
  return { label: configured ? notConnected : notConfigured };
}
