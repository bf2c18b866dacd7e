import { Box, ButtonBase, Chip, Skeleton, Typography } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';
import { IntegrationAvatar } from './integration-avatar.js';

interface IntegrationCardProps {
  integration: Integration;
  /** `undefined`: not loaded yet; `null`: no user is selected, or they could not be loaded. */
  connections: Connection[] | undefined | null;
  selected: boolean;
  onSelect: () => void;
}

export function IntegrationCard({ integration, connections, selected, onSelect }: IntegrationCardProps) {
  return (
    <ButtonBase
      onClick={onSelect}
      aria-pressed={selected}
      sx={{
        width: '100%',
        height: '100%',
        p: { xs: 1.5, sm: 2 },
        gap: 1.5,
        flexDirection: 'column',
        alignItems: 'stretch',
        justifyContent: 'flex-start',
        textAlign: 'left',
        borderRadius: 1,
        bgcolor: 'background.paper',
        outline: '1px solid',
        outlineColor: 'divider',
        // Inside, so that the edges of cards and panels are aligned.
        outlineOffset: '-1px',
        transition: 'outline-color 120ms',
        '&:hover': { outlineColor: 'text.secondary' },
        '&[aria-pressed="true"]': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: '-2px' },
        '&.Mui-focusVisible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: 2 },
      }}
    >
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
    </ButtonBase>
  );
}

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
