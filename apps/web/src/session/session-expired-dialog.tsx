import { Button, Dialog, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import { texts } from '../texts.js';
import { SignInForm } from './sign-in-form.js';

interface SessionExpiredDialogProps {
  open: boolean;
  onSignedIn: () => Promise<void>;
  onDiscard: () => void;
}

export function SessionExpiredDialog({ open, onSignedIn, onDiscard }: SessionExpiredDialogProps) {
  return (
    <Dialog open={open} fullWidth maxWidth="xs" aria-labelledby="expired-title" aria-describedby="expired-detail">
      <DialogTitle id="expired-title">{texts.session.expired}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <DialogContentText id="expired-detail">{texts.session.expiredDetail}</DialogContentText>
        <SignInForm
          onSignedIn={onSignedIn}
          secondaryAction={<Button onClick={onDiscard}>{texts.session.discard}</Button>}
        />
      </DialogContent>
    </Dialog>
  );
}
