import { useState, type SyntheticEvent } from 'react';
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { useCaller } from '../../session/caller.js';
import { CopyField } from '../copy-field.js';
import { keysQuery } from '../queries.js';
import { texts } from '../texts.js';
import { KeyForm } from './key-form.js';
import {
  EMPTY_VALUES,
  needsOwnKey,
  toRequest,
  validate,
  type KeyFormErrors,
  type KeyFormValues,
} from './key-form-values.js';

/** The new key exists only in this dialog, while it is open. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const [values, setValues] = useState(EMPTY_VALUES);
  const [errors, setErrors] = useState<KeyFormErrors>({});
  const hasCookie = useCaller().kind !== 'anyone';
  const asksForOwnKey = hasCookie && needsOwnKey(values);
  const create = useMutation({
    // The response is not kept in the cache of mutations, because it has the key.
    gcTime: 0,
    mutationFn: () =>
      unwrap(
        client.POST('/keys', {
          body: toRequest(values, Date.now()),
          headers: asksForOwnKey ? { authorization: `Bearer ${values.ownKey.trim()}` } : {},
        }),
      ),
    onSuccess: () => void queryClient.invalidateQueries(keysQuery(client)),
  });

  const isKeyRefused = create.isError && asksForOwnKey && problemOf(create.error).status === 401;
  const change = (changes: Partial<KeyFormValues>) => {
    setValues({ ...values, ...changes });
    // An error disappears while it is being corrected.
    setErrors(Object.fromEntries(Object.entries(errors).filter(([name]) => !(name in changes))));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = validate(values, hasCookie, Date.now());
    setErrors(found);
    if (Object.keys(found).length === 0) create.mutate();
    else create.reset();
  };

  if (create.isSuccess) return <CreatedKeyDialog name={create.data.name} secret={create.data.key} onClose={onClose} />;
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="new-key-title">
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'contents' }}>
        <DialogTitle id="new-key-title">{texts.keys.form.title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          {/* Room for the label of the first field. */}
          <Box sx={{ height: 0 }} />
          <KeyForm
            values={values}
            errors={isKeyRefused ? { ...errors, ownKey: texts.keys.form.ownKeyRefused } : errors}
            asksForOwnKey={asksForOwnKey}
            onChange={change}
          />
          {create.isError && !isKeyRefused && <ProblemAlert problem={problemOf(create.error)} />}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" variant="contained" loading={create.isPending}>
            {texts.keys.form.submit}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}

/** It has no `onClose` of its own: a click outside would lose the key. */
function CreatedKeyDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="created-title" aria-describedby="created-detail">
      <DialogTitle id="created-title">{texts.keys.created(name)}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Alert severity="warning" id="created-detail">
          {texts.keys.shownOnce}
        </Alert>
        <CopyField text={secret} label={texts.keys.key} variant="contained" autoFocus />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>{texts.done}</Button>
      </DialogActions>
    </Dialog>
  );
}
