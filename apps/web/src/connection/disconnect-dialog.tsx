import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import { texts } from '../texts.js';

interface DisconnectDialogProps {
  open: boolean;
  name: string;
  account: string;
  busy: boolean;
  onConfirm: () => void;
  onCancel: () => void;
  /** It is gone from the screen, and the focus is back where it was. */
  onClosed: () => void;
}

export function DisconnectDialog({ open, name, account, busy, onConfirm, onCancel, onClosed }: DisconnectDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onCancel}
      maxWidth="xs"
      aria-labelledby="disconnect-title"
      aria-describedby="disconnect-detail"
      slotProps={{ transition: { onExited: onClosed } }}
    >
      <DialogTitle id="disconnect-title">{texts.disconnect.title(account)}</DialogTitle>
      <DialogContent>
        <DialogContentText id="disconnect-detail">{texts.disconnect.detail(name)}</DialogContentText>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        {/* The focus begins where a hasty Enter does no harm. */}
        <Button onClick={onCancel} autoFocus>
          {texts.disconnect.cancel}
        </Button>
        <Button onClick={onConfirm} loading={busy} variant="contained" color="error">
          {texts.disconnect.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
