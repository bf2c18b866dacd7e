import { useRef, useState } from 'react';
import { Box, Button, Chip, Paper, Skeleton, Typography } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { Hint } from '../../layout/hint.js';
import { LiveRegion } from '../../layout/live-region.js';
import { Notice } from '../../layout/notice.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DataTable, type Column } from '../data-table.js';
import { keysQuery, type ApiKey } from '../queries.js';
import { RelativeTime } from '../relative-time.js';
import { Secondary } from '../secondary.js';
import { texts } from '../texts.js';
import { NewKeyDialog } from './new-key-dialog.js';

const labels = texts.keys;

const columnsOf = (now: number, onRevoke: (key: ApiKey) => void): Column<ApiKey>[] => [
  {
    label: labels.columns.name,
    isHeader: true,
    cell: ({ id, name, scopes }) => (
      <>
        <strong>{name}</strong>
        <Secondary isCode>{labels.id(id)}</Secondary>
        <Secondary until="sm">{scopes.join(', ')}</Secondary>
      </>
    ),
  },
  {
    label: labels.columns.scopes,
    from: 'sm',
    cell: ({ scopes }) => (
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
        {scopes.map((scope) => (
          <Chip key={scope} size="small" label={scope} sx={{ fontFamily: 'ui-monospace, monospace' }} />
        ))}
      </Box>
    ),
  },
  { label: labels.columns.orgs, from: 'md', cell: ({ orgIds }) => orgIds?.join(', ') ?? labels.allOrgs },
  {
    label: labels.columns.created,
    from: 'md',
    nowrap: true,
    cell: ({ createdAt }) => <RelativeTime time={createdAt} />,
  },
  {
    label: labels.columns.expires,
    nowrap: true,
    cell: ({ expiresAt }) =>
      expiresAt !== null && Date.parse(expiresAt) <= now ? (
        <Chip size="small" variant="outlined" color="warning" label={labels.expired} />
      ) : (
        <RelativeTime time={expiresAt} missing={texts.never} />
      ),
  },
  {
    label: labels.columns.action,
    isAction: true,
    cell: (key) => (
      <Button color="error" size="small" onClick={() => onRevoke(key)} aria-label={labels.revokeNamed(key.name)}>
        {labels.revoke}
      </Button>
    ),
  },
];

export function KeysTab() {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const { data, error, isPending, refetch, dataUpdatedAt } = useQuery(keysQuery(client));
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [revokedName, setRevokedName] = useState<string | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);
  const revoke = useMutation({
    mutationFn: ({ id }: ApiKey) => unwrap(client.DELETE('/keys/{id}', { params: { path: { id } } })),
    onSuccess: (_, { name }) => {
      setRevokedName(name);
      setRevoking(null);
      // The focused button is removed with its key.
      window.setTimeout(() => createButton.current?.focus());
    },
    onSettled: () => void queryClient.invalidateQueries(keysQuery(client)),
  });
  const ask = (key: ApiKey) => {
    revoke.reset();
    setRevoking(key);
  };
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', justifyContent: 'space-between' }}>
        <Hint sx={{ flex: '1 1 280px' }}>{labels.intro}</Hint>
        <Button ref={createButton} variant="contained" onClick={() => setCreating(true)}>
          {labels.create}
        </Button>
      </Box>
      <LiveRegion>
        {revokedName !== null && (
          <Notice severity="success" onDismiss={() => setRevokedName(null)}>
            {labels.revoked(revokedName)}
          </Notice>
        )}
      </LiveRegion>
      {error !== null && <ProblemAlert problem={problemOf(error)} onRetry={refetch} />}
      {isPending && <Skeleton variant="rounded" height={240} aria-label={texts.loading} />}
      {data !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {data.length === 0 ? (
            <Typography sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>{labels.empty}</Typography>
          ) : (
            <DataTable label={labels.table} columns={columnsOf(dataUpdatedAt, ask)} rows={data} />
          )}
        </Paper>
      )}
      {creating && <NewKeyDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          open
          title={labels.revokeDialog.title(revoking.name)}
          detail={labels.revokeDialog.detail}
          cancel={labels.revokeDialog.cancel}
          confirm={labels.revokeDialog.confirm}
          loading={revoke.isPending}
          onCancel={() => setRevoking(null)}
          onConfirm={() => revoke.mutate(revoking)}
        >
          {revoke.error !== null && <ProblemAlert problem={problemOf(revoke.error)} />}
        </ConfirmDialog>
      )}
    </>
  );
}
