import { Button, Dialog, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import { texts } from '../texts.js';
import { SignInForm } from './sign-in-form.js';

interface EndedDialogProps {
  open: boolean;
  onSignedIn: () => Promise<void>;
  onLeave: () => void;
}

/** Over what the person was doing, which stays as it is below. */
export function EndedDialog({ open, onSignedIn, onLeave }: EndedDialogProps) {
  return (
    <Dialog open={open} fullWidth maxWidth="xs" aria-labelledby="ended-title" aria-describedby="ended-detail">
      <DialogTitle id="ended-title">{texts.access.ended}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <DialogContentText id="ended-detail">{texts.access.endedDetail}</DialogContentText>
        <SignInForm onSignedIn={onSignedIn} aside={<Button onClick={onLeave}>{texts.access.leave}</Button>} />
      </DialogContent>
    </Dialog>
  );
}
