import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Box, Button, TextField, Typography } from '@mui/material';
import { createCauseway, unwrap } from '@causeway/client';
import { problemOf } from '../api/client.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';

interface SignInFormProps {
  onSignedIn: () => Promise<void>;
  /** Next to the submit button. */
  secondaryAction?: ReactNode;
}

/** Exchanges a key for a cookie. Only the field holds the key, and only until then. */
export function SignInForm({ onSignedIn, secondaryAction }: SignInFormProps) {
  const [key, setKey] = useState('');
  const [isEmpty, setIsEmpty] = useState(false);
  const signIn = useMutation({
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
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {texts.session.keyHint}
      </Typography>
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
        {secondaryAction}
        <Button type="submit" variant="contained" loading={signIn.isPending}>
          {texts.session.signIn}
        </Button>
      </Box>
    </Box>
  );
}
