import { Box, ButtonBase, Chip, Skeleton, Typography } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';
import { IntegrationMark } from './integration-mark.js';
import { statusOf } from './status.js';

interface IntegrationCardProps {
  integration: Integration;
  /** `undefined`: not known yet; `null`: nobody is named, or it cannot be known. */
  connections: Connection[] | undefined | null;
  chosen: boolean;
  onChoose: () => void;
}

export function IntegrationCard({ integration, connections, chosen, onChoose }: IntegrationCardProps) {
  return (
    <ButtonBase
      onClick={onChoose}
      aria-pressed={chosen}
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
        // Inwards: its edge is that of all else on the page.
        outlineOffset: '-1px',
        transition: 'outline-color 120ms',
        '&:hover': { outlineColor: 'text.secondary' },
        '&[aria-pressed="true"]': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: '-2px' },
        '&.Mui-focusVisible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: 2 },
      }}
    >
      <Box sx={{ display: 'flex', gap: { xs: 1, sm: 1.5 }, alignItems: 'center' }}>
        <IntegrationMark integration={integration} />
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
        <StatusChip integration={integration} connections={connections} />
        <Typography variant="caption" noWrap sx={{ color: 'text.secondary', flex: '1 1 80px', minWidth: 0 }}>
          {connections?.[0] === undefined ? '' : accountsOf(connections)}
        </Typography>
      </Box>
    </ButtonBase>
  );
}

const CATEGORY = { display: 'block', color: 'text.secondary', '&::first-letter': { textTransform: 'uppercase' } };

const accountsOf = (connections: Connection[]) => connections.map(({ account }) => account.name).join(', ');

function StatusChip({ integration, connections }: Pick<IntegrationCardProps, 'integration' | 'connections'>) {
  if (connections === undefined) return <Skeleton variant="rounded" width={96} height={24} />;
  if (connections === null) return null;
  const { label, color } = statusOf(integration, connections);
  return <Chip size="small" variant="outlined" label={label} color={color} />;
}
