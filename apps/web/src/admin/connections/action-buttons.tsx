import { Button, type ButtonProps } from '@mui/material';
import { useMay } from '../../session/caller.js';
import { texts } from '../texts.js';
import { ACTIONS, type Action } from './actions.js';

interface ActionButtonsProps extends Pick<ButtonProps, 'size' | 'sx'> {
  running?: Action | null;
  onAction: (action: Action) => void;
}

/** The actions that the caller may do. */
export function ActionButtons({ running = null, onAction, ...button }: ActionButtonsProps) {
  const canWrite = useMay('connections:write');
  return ACTIONS.filter((action) => canWrite || action === 'check').map((action) => (
    <Button
      key={action}
      {...button}
      variant="outlined"
      color={action === 'disconnect' ? 'error' : 'primary'}
      loading={running === action}
      disabled={running !== null}
      onClick={() => onAction(action)}
    >
      {texts.actions[action]}
    </Button>
  ));
}
