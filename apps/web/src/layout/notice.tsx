import { Alert, Button, type AlertProps } from '@mui/material';
import { texts } from '../texts.js';

interface NoticeProps extends Omit<AlertProps, 'action' | 'onClose' | 'sx'> {
  actions?: { label: string; onClick: () => unknown }[];
  onDismiss?: (() => void) | undefined;
}

export function Notice({ actions = [], onDismiss, ...alert }: NoticeProps) {
  return (
    <Alert
      {...alert}
      {...(onDismiss && { onClose: onDismiss, closeText: texts.dismiss })}
      {...(actions.length > 0 && {
        sx: ACTIONS_BELOW,
        action: actions.map(({ label, onClick }) => (
          <Button key={label} color="inherit" size="small" onClick={() => void onClick()}>
            {label}
          </Button>
        )),
      })}
    />
  );
}

/** On a phone, the actions are below the text, which would have no room beside them. */
const ACTIONS_BELOW = {
  flexWrap: { xs: 'wrap', sm: 'nowrap' },
  '& .MuiAlert-message': { flex: { xs: '1 1 70%', sm: '0 1 auto' } },
  '& .MuiAlert-action': { ml: { xs: 'auto', sm: 'auto' }, pt: { xs: 0, sm: 0.5 }, whiteSpace: 'nowrap' },
};
