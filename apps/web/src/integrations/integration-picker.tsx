import { useEffect, useRef } from 'react';
import { Box, ButtonBase, Skeleton, Typography } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';
import { IntegrationAvatar } from './integration-avatar.js';

interface IntegrationPickerProps {
  /** `undefined`: not loaded yet. */
  integrations: Integration[] | undefined;
  /** `undefined`: not loaded yet; `null`: no user is selected, or they could not be loaded. */
  connections: Connection[] | undefined | null;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

/** A column, and on a narrow screen a row that scrolls. */
const LIST = {
  display: 'flex',
  flexDirection: { xs: 'row', md: 'column' },
  gap: 0.5,
  overflowX: 'auto',
  // So that the outline of a focused one is not cut.
  p: '5px',
  m: '-5px',
};

export function IntegrationPicker({ integrations, connections, selected, onSelect }: IntegrationPickerProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isLoaded = Boolean(integrations && connections);
  // On a narrow screen, it may be out of sight.
  useEffect(() => {
    void button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected, isLoaded]);
  if (integrations === undefined)
    return (
      <Box role="status" aria-label="Loading the integrations" sx={LIST}>
        {/* As high as the list, so that the layout does not shift. */}
        {[1, 2, 3, 4].map((number) => (
          <Skeleton key={number} sx={{ opacity: 0.6, height: 48, minWidth: 120 }} />
        ))}
      </Box>
    );
  return (
    <Box component="ul" aria-label="Integrations" sx={LIST}>
      {integrations.map((integration) => {
        const own = connections?.filter((connection) => connection.integration === integration.id);
        const [label, color] = own ? summarize(integration, own) : [];
        return (
          <li key={integration.id}>
            <ButtonBase
              ref={integration.id === selected ? button : null}
              aria-pressed={integration.id === selected}
              title={integration.description}
              onClick={() => onSelect(integration.id)}
              sx={ENTRY}
            >
              <IntegrationAvatar integration={integration} size={28} />
              <Box sx={{ minWidth: 0 }}>
                <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>
                  {integration.name}
                </Typography>
                <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
                  {color && <Box aria-hidden sx={{ ...DOT, bgcolor: color }} />}
                  <Typography variant="caption" noWrap sx={{ lineHeight: 1.3 }}>
                    {connections === undefined ? <Skeleton variant="text" width={64} /> : label}
                  </Typography>
                </Box>
              </Box>
            </ButtonBase>
          </li>
        );
      })}
    </Box>
  );
}

const DOT = { width: 8, height: 8, flex: 'none', borderRadius: '50%' };

const ENTRY = {
  width: '100%',
  height: 48,
  px: 1,
  gap: 1.25,
  justifyContent: 'flex-start',
  textAlign: 'left',
  borderRadius: 1,
  '&:hover': { bgcolor: 'action.hover' },
  '&[aria-pressed="true"]': { bgcolor: 'action.selected', boxShadow: 'inset 3px 0 var(--mui-palette-primary-main)' },
};

/** One status for all of the user's accounts. */
function summarize({ configured }: Integration, connections: Connection[]): [label: string, color?: string] {
  if (connections.some(({ status }) => status === 'needs-reconnect'))
    return [texts.status.needsReconnect, 'warning.main'];
  if (connections.length > 1) return [`${connections.length} accounts`, 'success.main'];
  if (connections.length === 1) return [texts.status.connected, 'success.main'];
  return [configured ? 'Not connected' : 'Not configured'];
}
