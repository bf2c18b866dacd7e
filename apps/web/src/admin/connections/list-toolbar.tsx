import { Box, Button } from '@mui/material';
import type { ConnectionEventsStatus } from '@causeway/react';
import { Hint } from '../../layout/content.js';
import { texts } from '../texts.js';
import { ActionButtons, type Action } from './actions.js';

const labels = texts.connections;
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
  const isSelected = selectedCount > 0;
  return (
    <Box sx={{ ...TOOLBAR, bgcolor: isSelected ? 'action.selected' : 'transparent' }}>
      <Box role="status" sx={{ typography: 'body2', fontWeight: 600, mr: 'auto' }}>
        {isSelected ? labels.selected(selectedCount) : summary}
      </Box>
      {isSelected ? (
        <>
          <ActionButtons size="small" onAction={onAction} sx={{ bgcolor: 'background.paper' }} />
          <Button size="small" color="inherit" onClick={onClearSelection}>
            Clear selection
          </Button>
        </>
      ) : (
        <Hint role="status" title="Changes appear here as they happen.">
          <Box component="span" aria-hidden sx={{ ...DOT, bgcolor: COLORS[liveStatus] }} />
          {labels.live[liveStatus]}
        </Hint>
      )}
    </Box>
  );
}

const TOOLBAR = {
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: 1,
  minHeight: { xs: 88, sm: 48 },
  px: 2,
  py: 0.5,
  borderBottom: 1,
  borderColor: 'divider',
};

const DOT = { display: 'inline-block', width: 8, height: 8, mr: 1, borderRadius: '50%' };
