import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { texts } from '../texts.js';
import { keysKey, type ApiKey } from './use-keys.js';

interface RevokeDialogProps {
  apiKey: ApiKey;
  onRevoked: () => void;
  onClose: () => void;
}

export function RevokeDialog({ apiKey: { id, name }, onRevoked, onClose }: RevokeDialogProps) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => unwrap(client.DELETE('/keys/{id}', { params: { path: { id } } })),
    onSuccess: onRevoked,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keysKey }),
  });
  const { cancel, confirm, detail, title } = texts.keys.revokeDialog;
  return (
    <ConfirmDialog
      open
      title={title(name)}
      detail={detail}
      cancel={cancel}
      confirm={confirm}
      loading={revoke.isPending}
      onCancel={onClose}
      onConfirm={() => revoke.mutate()}
    >
      {revoke.isError && <ProblemAlert problem={problemOf(revoke.error)} />}
    </ConfirmDialog>
  );
}
