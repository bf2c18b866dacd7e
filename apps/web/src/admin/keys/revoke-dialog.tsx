import { useState } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { doneOf, problemOf, type ProblemDetails } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { texts } from '../texts.js';
import { keysKey, type ApiKey } from './use-keys.js';

interface RevokeDialogProps {
  apiKey: ApiKey;
  onRevoked: () => void;
  onClose: () => void;
}

export function RevokeDialog({ apiKey: { id, name }, onRevoked, onClose }: RevokeDialogProps) {
  const service = useService();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await doneOf(service.DELETE('/keys/{id}', { params: { path: { id } } }));
      onRevoked();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: keysKey });
    }
  };
  return (
    <Dialog open maxWidth="xs" onClose={onClose} aria-labelledby="revoke-title" aria-describedby="revoke-detail">
      <DialogTitle id="revoke-title">{texts.keys.revokeTitle(name)}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <DialogContentText id="revoke-detail">{texts.keys.revokeDetail}</DialogContentText>
        {problem === null ? null : <ProblemAlert problem={problem} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} autoFocus>
          {texts.keys.keep}
        </Button>
        <Button onClick={() => void revoke()} variant="contained" color="error" loading={busy}>
          {texts.keys.revoke}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
