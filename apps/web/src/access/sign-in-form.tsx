import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { Box, Button, TextField, Typography } from '@mui/material';
import { createService } from '../api/service.js';
import { doneOf, problemOf, type ProblemDetails } from '../api/service-problem.js';
import { ProblemAlert } from '../problem/problem-alert.js';
import { texts } from '../texts.js';

interface SignInFormProps {
  onSignedIn: () => Promise<void>;
  /** Beside the button. */
  aside?: ReactNode;
}

/** Exchanges a key for a cookie. The key is in this field until then, and nowhere else. */
export function SignInForm({ onSignedIn, aside }: SignInFormProps) {
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const [trying, setTrying] = useState(false);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem(null);
    setFault(key.trim() === '' ? texts.access.empty : null);
    if (key.trim() === '') return;
    setTrying(true);
    try {
      await doneOf(createService(() => {}).POST('/web-session', { body: { key: key.trim() } }));
      setKey('');
      await onSignedIn();
    } catch (error) {
      const refusal = problemOf(error);
      if (refusal.status === 401) setFault(texts.access.wrong);
      else setProblem(refusal);
    } finally {
      setTrying(false);
    }
  };

  return (
    <Box component="form" onSubmit={submit} noValidate sx={{ display: 'grid', gap: 2 }}>
      <TextField
        type="password"
        autoComplete="off"
        label={texts.access.label}
        value={key}
        onChange={(event) => setKey(event.target.value)}
        error={fault !== null}
        helperText={fault ?? ' '}
        autoFocus
        fullWidth
        slotProps={{ formHelperText: { role: 'alert' }, htmlInput: { spellCheck: false } }}
      />
      {problem === null ? null : <ProblemAlert problem={problem} />}
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {texts.access.kept}
      </Typography>
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
        {aside}
        <Button type="submit" variant="contained" loading={trying}>
          {texts.access.submit}
        </Button>
      </Box>
    </Box>
  );
}
