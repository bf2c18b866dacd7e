import { Box, Button } from '@mui/material';
import type { ConnectionEventsStatus } from '@causeway/react';
import { Hint } from '../../layout/hint.js';
import { texts } from '../texts.js';
import { ActionButtons } from './action-buttons.js';
import type { Action } from './actions.js';

const COLORS = { connecting: 'text.disabled', open: 'success.main', reconnecting: 'warning.main' };

interface ListToolbarProps {
  /** How many connections are shown. */
  summary: string;
  selectedCount: number;
  liveStatus: ConnectionEventsStatus;
  onAction: (action: Action) => void;
  onClearSelection: () => void;
}

/** Shows what is selected and what can be done with it. Its height is always the same. */
export function ListToolbar({ summary, selectedCount, liveStatus, onAction, onClearSelection }: ListToolbarProps) {
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: { xs: 'wrap', sm: 'nowrap' },
        alignItems: 'center',
        gap: 1,
        minHeight: { xs: 76, sm: 40 },
        px: 2,
        py: 0.5,
        bgcolor: selectedCount > 0 ? 'action.selected' : 'transparent',
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <Box role="status" sx={{ typography: 'body2', fontWeight: 600, flex: { xs: '1 0 auto', sm: 'none' } }}>
        {selectedCount > 0 ? texts.connections.selected(selectedCount) : summary}
      </Box>
      {selectedCount === 0 ? (
        <Hint
          role="status"
          title={texts.connections.liveHint}
          sx={{ ml: 'auto', display: 'flex', alignItems: 'center', gap: 1 }}
        >
          <Box
            component="span"
            aria-hidden
            sx={{ width: 8, height: 8, borderRadius: '50%', bgcolor: COLORS[liveStatus] }}
          />
          {texts.connections.live[liveStatus]}
        </Hint>
      ) : (
        <>
          <Button size="small" color="inherit" onClick={onClearSelection} sx={{ order: { xs: 0, sm: 9 } }}>
            {texts.connections.clearSelection}
          </Button>
          <Box sx={{ display: 'flex', gap: 1, ml: { sm: 'auto' } }}>
            <ActionButtons size="small" onAction={onAction} sx={{ bgcolor: 'background.paper' }} />
          </Box>
        </>
      )}
    </Box>
  );
}
