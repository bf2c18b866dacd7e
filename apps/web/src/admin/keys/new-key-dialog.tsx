import { useState, type SyntheticEvent } from 'react';
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { dataOf, problemOf, type ProblemDetails } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { CopyButton } from '../copy-button.js';
import { texts } from '../texts.js';
import { KeyForm } from './key-form.js';
import { keysKey } from './use-keys.js';
import { EMPTY_WISH, faultsOf, requestOf, type Faults, type Wish } from './wish.js';

/** The key is in the state of this dialog while it is open, and nowhere else. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const service = useService();
  const queries = useQueryClient();
  const [wish, setWish] = useState(EMPTY_WISH);
  const [faults, setFaults] = useState<Faults>({});
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);

  const change = (part: Partial<Wish>) => {
    setWish({ ...wish, ...part });
    // What is being mended is not called wrong any longer.
    setFaults(Object.fromEntries(Object.entries(faults).filter(([name]) => !(name in part))));
  };

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const now = Date.now();
    const found = faultsOf(wish, now);
    setFaults(found);
    setProblem(null);
    if (Object.keys(found).length > 0) return;
    setMaking(true);
    try {
      const { name, key } = await dataOf(service.POST('/keys', { body: requestOf(wish, now) }));
      setMade({ name, key });
      void queries.invalidateQueries({ queryKey: keysKey });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setMaking(false);
    }
  };

  if (made !== null) {
    return (
      // Not closed by a click beside it: the key would be lost.
      <Dialog open fullWidth maxWidth="sm" aria-labelledby="made-title" aria-describedby="made-detail">
        <DialogTitle id="made-title">{texts.keys.made(made.name)}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <Alert severity="warning" id="made-detail">
            {texts.keys.onlyOnce}
          </Alert>
          <Box
            sx={{
              display: 'flex',
              flexWrap: { xs: 'wrap', sm: 'nowrap' },
              gap: 1.5,
              alignItems: 'center',
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              p: 1.5,
            }}
          >
            <Box
              component="code"
              role="textbox"
              aria-readonly
              aria-label={texts.keys.key}
              tabIndex={0}
              sx={{ flex: { xs: '1 1 100%', sm: 1 }, overflowWrap: 'anywhere', userSelect: 'all' }}
            >
              {made.key}
            </Box>
            <CopyButton text={made.key} variant="contained" autoFocus />
          </Box>
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{texts.done}</Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="new-key-title">
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'contents' }}>
        <DialogTitle id="new-key-title">{texts.keys.form.title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          {/* Room for the label of the first field. */}
          <Box sx={{ height: 0 }} />
          <KeyForm wish={wish} faults={faults} onChange={change} />
          {problem === null ? null : <ProblemAlert problem={problem} />}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" variant="contained" loading={making}>
            {texts.keys.form.submit}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
