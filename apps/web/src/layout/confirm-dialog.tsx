import type { ReactNode } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';

export interface ConfirmDialogProps {
  open: boolean;
  title: string;
  detail: string;
  cancel?: string;
  confirm: string;
  loading?: boolean;
  onCancel: () => void;
  onConfirm: () => void;
  /** Called after the transition, when the focus is back where it was. */
  onClosed?: () => void;
  children?: ReactNode;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ open, title, detail, onCancel, onConfirm, onClosed, ...props }: ConfirmDialogProps) {
  const { cancel = 'Keep it', confirm, loading = false, children } = props;
  return (
    <Dialog
      open={open}
      onClose={onCancel}
      maxWidth="xs"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-detail"
      slotProps={{ transition: { onExited: () => onClosed?.() } }}
    >
      <DialogTitle id="confirm-title">{title}</DialogTitle>
      <DialogContent>
        <DialogContentText id="confirm-detail">{detail}</DialogContentText>
        {children}
      </DialogContent>
      <DialogActions>
        {/* The focus is where an accidental Enter does no harm. */}
        <Button onClick={onCancel} autoFocus>
          {cancel}
        </Button>
        <Button onClick={onConfirm} loading={loading} variant="contained" color="error">
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
