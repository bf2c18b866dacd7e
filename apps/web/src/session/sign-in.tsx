import { useActionState, useState } from 'react';
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
import { createCauseway, unwrap, type ProblemDetails } from '@causeway/client';
import { problemOf } from '../api/client.js';
import { Hint, Panel } from '../layout/content.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';

interface SignInProps {
  /** What has just happened, if anything has. */
  notice: string | null;
  onSignedIn: () => Promise<void>;
  /** Given: the session has expired, and the page stays below a dialog. */
  onDiscard: (() => void) | undefined;
}

export default function SignIn({ notice, onSignedIn, onDiscard }: SignInProps) {
  const form = <SignInForm onSignedIn={onSignedIn} onDiscard={onDiscard} />;
  if (onDiscard)
    return (
      <Dialog open fullWidth maxWidth="xs" aria-labelledby="expired-title" aria-describedby="expired-detail">
        <DialogTitle id="expired-title">{texts.session.expired}</DialogTitle>
        <DialogContent>
          <DialogContentText id="expired-detail">{texts.session.expiredDetail}</DialogContentText>
          {form}
        </DialogContent>
      </Dialog>
    );
  return (
    <Container component="main" maxWidth="xs" sx={{ py: { xs: 3, sm: 8 } }}>
      <Panel id="sign-in-title" title={texts.session.signIn}>
        <Typography role="status" sx={{ '&:empty': { display: 'none' }, fontWeight: 600 }}>
          {notice}
        </Typography>
        <Typography>Sign in with the admin key of this service, an API key, or a session token.</Typography>
        {form}
      </Panel>
    </Container>
  );
}

const WRONG = 'This key was not accepted. It may be mistyped, expired, or revoked.';

interface Failure {
  /** What is wrong with the key. */
  hint?: string;
  problem?: ProblemDetails;
}

/** Exchanges a key for a cookie. Only the field holds the key, and only until then. */
function SignInForm({ onSignedIn, onDiscard }: Omit<SignInProps, 'notice'>) {
  const [key, setKey] = useState('');
  const [last, submit, isPending] = useActionState(async (): Promise<Failure> => {
    if (key.trim() === '') return { hint: 'Enter a key.' };
    try {
      // Not the app's own client: a wrong key does not end the session.
      await unwrap(createCauseway().POST('/web-session', { body: { key: key.trim() } }));
      setKey('');
      await onSignedIn();
      return {};
    } catch (error) {
      const problem = problemOf(error);
      return problem.status === 401 ? { hint: WRONG } : { problem };
    }
  }, {});
  const { hint, problem }: Failure = isPending ? {} : last;
  return (
    <Box component="form" action={submit} noValidate sx={{ display: 'grid', gap: 2 }}>
      <TextField
        type="password"
        autoComplete="off"
        label="Key"
        value={key}
        onChange={(event) => setKey(event.target.value)}
        error={hint !== undefined}
        helperText={hint ?? ' '}
        autoFocus
        fullWidth
        slotProps={{ formHelperText: { role: 'alert' }, htmlInput: { spellCheck: false } }}
      />
      {problem && <ProblemAlert problem={problem} />}
      <Hint>
        The key is not stored. It is exchanged for a cookie that no script can read and that is valid for 12 hours.
      </Hint>
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
        {onDiscard && <Button onClick={onDiscard}>Discard and leave</Button>}
        <Button type="submit" variant="contained" loading={isPending}>
          {texts.session.signIn}
        </Button>
      </Box>
    </Box>
  );
}
