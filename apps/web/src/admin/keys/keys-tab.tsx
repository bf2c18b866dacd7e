import { useRef, useState } from 'react';
import { Button } from '@mui/material';
import { unwrap } from '@causeway/client';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { LiveRegion } from '../../layout/content.js';
import { Notice } from '../../layout/problem-alert.js';
import type { Column } from '../data-table.js';
import { RequestState } from '../dialogs.js';
import { lists, useAction, type RowOf } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { NewKeyDialog } from './new-key-dialog.js';

const KEYS = ['keys'];

type ApiKey = RowOf<typeof lists.keys>;

const columnsOf = (onRevoke: (key: ApiKey) => void): Column<ApiKey>[] => [
  {
    label: 'Name',
    isHeader: true,
    cell: ({ id, name, scopes }) => [<strong>{name}</strong>, <code>{`cwk_${id}_…`}</code>, scopes.join(', ')],
  },
  { label: texts.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? texts.all },
  { label: texts.created, from: 'md', nowrap: true, time: ({ createdAt }) => createdAt },
  {
    label: 'Expires',
    nowrap: true,
    cell: ({ expiresAt }) => <RelativeTime time={expiresAt} missing={texts.never} past="Expired" />,
  },
  {
    label: 'Revoke',
    isAction: true,
    cell: (key) => (
      <Button color="error" size="small" onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
        Revoke
      </Button>
    ),
  },
];

export function KeysTab() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);
  const revoke = useAction(async (client, { id, name }: ApiKey) => {
    await unwrap(client.DELETE('/keys/{id}', { params: { path: { id } } }));
    setRevoking(null);
    // The focused button is removed with its key.
    window.setTimeout(() => createButton.current?.focus());
    return name;
  }, KEYS);
  const ask = (key: ApiKey) => {
    revoke.reset();
    setRevoking(key);
  };
  return (
    <>
      <LiveRegion>
        {revoke.isSuccess && (
          <Notice severity="success" onDismiss={revoke.reset} children={`“${revoke.data}” was revoked.`} />
        )}
      </LiveRegion>
      <PagedTable
        label={texts.tabs.keys}
        intro="Your back end uses an API key to act for all users of its organizations. Only a hash of the key is stored."
        queryKey={KEYS}
        list={lists.keys}
        columns={columnsOf(ask)}
        action={
          <Button ref={createButton} variant="contained" onClick={() => setCreating(true)}>
            Create API key
          </Button>
        }
        empty="No API keys yet."
      />
      {creating && <NewKeyDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          open
          title={`Revoke “${revoking.name}”?`}
          detail="It stops working immediately, everywhere. This cannot be undone."
          confirm="Revoke"
          loading={revoke.isPending}
          onCancel={() => setRevoking(null)}
          onConfirm={() => revoke.mutate(revoking)}
        >
          <RequestState of={[revoke]} />
        </ConfirmDialog>
      )}
    </>
  );
}
