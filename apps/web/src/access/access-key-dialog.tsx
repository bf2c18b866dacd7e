import { useState, type SyntheticEvent } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle, TextField } from '@mui/material';
import { createService } from '../api/service.js';
import { dataOf, problemOf, type ShownProblem } from '../api/service-problem.js';
import { ProblemAlert } from '../problem/problem-alert.js';
import { texts } from '../texts.js';

/** Tries the key before it hands it on. It cannot be closed: without a key there is nothing to see. */
export function AccessKeyDialog({ onAccept }: { onAccept: (key: string) => void }) {
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);
  const [trying, setTrying] = useState(false);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const candidate = key.trim();
    setProblem(null);
    // What no header can carry would fail in the browser, as if the service were away.
    const malformed =
      candidate === '' ? texts.access.empty : /^[\x21-\x7e]+$/.test(candidate) ? null : texts.access.malformed;
    setFault(malformed);
    if (malformed !== null) return;
    setTrying(true);
    try {
      await dataOf(createService(candidate, () => {}).GET('/integrations'));
      onAccept(candidate);
    } catch (error) {
      const refusal = problemOf(error);
      if (refusal.status === 401) setFault(texts.access.wrong);
      else setProblem(refusal);
    } finally {
      setTrying(false);
    }
  };

  return (
    <Dialog open fullWidth maxWidth="xs" aria-labelledby="access-title">
      <form onSubmit={submit} noValidate>
        <DialogTitle id="access-title">{texts.access.title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <DialogContentText>{texts.access.intro}</DialogContentText>
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
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button type="submit" variant="contained" loading={trying}>
            {texts.access.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
