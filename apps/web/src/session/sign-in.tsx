import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import {
  Box,
  Button,
  Container,
  Dialog,
  DialogContent,
  DialogContentText,
  DialogTitle,
  TextField,
  Typography,
} from '@mui/material';
import { createCauseway, unwrap } from '@causeway/client';
import { problemOf } from '../api/client.js';
import { Hint } from '../layout/hint.js';
import { Panel } from '../layout/panel.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';

/** @param notice what has just happened, if anything has */
export function SignInPage({ notice, onSignedIn }: { notice: string | null; onSignedIn: () => Promise<void> }) {
  return (
    <Container component="main" maxWidth="xs" sx={{ py: { xs: 3, sm: 8 } }}>
      <Panel id="sign-in-title" title={texts.session.signIn}>
        <Typography role="status" sx={{ '&:empty': { display: 'none' }, fontWeight: 600 }}>
          {notice}
        </Typography>
        <Typography>{texts.session.intro}</Typography>
        <SignInForm onSignedIn={onSignedIn} />
      </Panel>
    </Container>
  );
}

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

interface SignInFormProps {
  onSignedIn: () => Promise<void>;
  /** Next to the submit button. */
  secondaryAction?: ReactNode;
}

/** Exchanges a key for a cookie. Only the field holds the key, and only until then. */
function SignInForm({ onSignedIn, secondaryAction }: SignInFormProps) {
  const [key, setKey] = useState('');
  const [isEmpty, setIsEmpty] = useState(false);
  const signIn = useMutation({
    // The cache of mutations must not keep the function, which refers to the key.
    gcTime: 0,
    mutationFn: async () => {
      // Not the app's own client: a wrong key does not end the session.
      await unwrap(createCauseway().POST('/web-session', { body: { key: key.trim() } }));
      setKey('');
      await onSignedIn();
    },
  });
  const problem = signIn.isError ? problemOf(signIn.error) : null;
  const isWrong = problem?.status === 401;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsEmpty(key.trim() === '');
    if (key.trim() === '') signIn.reset();
    else signIn.mutate();
  };

  return (
    <Box component="form" onSubmit={submit} noValidate sx={{ display: 'grid', gap: 2 }}>
      <TextField
        type="password"
        autoComplete="off"
        label={texts.session.key}
        value={key}
        onChange={(event) => setKey(event.target.value)}
        error={isEmpty || isWrong}
        helperText={isEmpty ? texts.session.keyMissing : isWrong ? texts.session.keyWrong : ' '}
        autoFocus
        fullWidth
        slotProps={{ formHelperText: { role: 'alert' }, htmlInput: { spellCheck: false } }}
      />
      {problem !== null && !isWrong && <ProblemAlert problem={problem} />}
      <Hint>{texts.session.keyHint}</Hint>
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
        {secondaryAction}
        <Button type="submit" variant="contained" loading={signIn.isPending}>
          {texts.session.signIn}
        </Button>
      </Box>
    </Box>
  );
}
