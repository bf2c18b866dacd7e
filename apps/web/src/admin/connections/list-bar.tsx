import { Box, Button } from '@mui/material';
import { texts } from '../texts.js';
import { ACTIONS, type Action } from './actions.js';
import { LiveMark } from './live-mark.js';
import type { FeedState } from './live-feed.js';

interface ListBarProps {
  /** What the list shows, in words. */
  summary: string;
  selected: number;
  mayChange: boolean;
  feed: FeedState;
  onAct: (action: Action) => void;
  onDeselect: () => void;
}

/** Says what is shown, or what is selected and can be done with it; always of the same height. */
export function ListBar({ summary, selected, mayChange, feed, onAct, onDeselect }: ListBarProps) {
  const offered = ACTIONS.filter((action) => mayChange || action === 'check');
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
        bgcolor: selected > 0 ? 'action.selected' : 'transparent',
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <Box role="status" sx={{ typography: 'body2', fontWeight: 600, flex: { xs: '1 0 auto', sm: 'none' } }}>
        {selected > 0 ? texts.connections.selected(selected) : summary}
      </Box>
      {selected === 0 ? (
        <Box sx={{ ml: 'auto' }}>
          <LiveMark state={feed} />
        </Box>
      ) : (
        <>
          <Button size="small" color="inherit" onClick={onDeselect} sx={{ order: { xs: 0, sm: 9 } }}>
            {texts.connections.deselect}
          </Button>
          <Box sx={{ display: 'flex', gap: 1, ml: { sm: 'auto' } }}>
            {offered.map((action) => (
              <Button
                key={action}
                size="small"
                variant="outlined"
                color={action === 'disconnect' ? 'error' : 'primary'}
                onClick={() => onAct(action)}
                sx={{ bgcolor: 'background.paper' }}
              >
                {texts.actions[action]}
              </Button>
            ))}
          </Box>
        </>
      )}
    </Box>
  );
}
