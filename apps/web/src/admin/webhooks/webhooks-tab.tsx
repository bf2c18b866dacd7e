import { useState } from 'react';
import { Button, TextField } from '@mui/material';
import { API_VALUES, unwrap } from '@causeway/client';
import { DrawerContent } from '../../layout/side-drawer.js';
import { StateChip } from '../../layout/state-chip.js';
import { useMay } from '../../session/caller.js';
import type { Column } from '../data-table.js';
import { FormDialog, SecretDialog } from '../dialogs.js';
import { idsIn, SelectField, useForm } from '../fields.js';
import { lists, useAction, type WebhookEndpoint } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { texts } from '../texts.js';
import { EndpointView, eventsOf, receiverOf } from './endpoint-view.js';

const EMPTY = { url: '', events: [] as WebhookEndpoint['events'], orgs: '' };

function NewEndpointDialog({ onClose }: { onClose: () => void }) {
  const create = useAction(
    (client, { url, events, orgs }: typeof EMPTY) => {
      const orgIds = idsIn(orgs);
      const body = { url: url.trim(), ...(events.length > 0 && { events }), ...(orgIds.length > 0 && { orgIds }) };
      return unwrap(client.POST('/webhook-endpoints', { body }));
    },
    ['webhook-endpoints'],
  );
  const { field, onSubmit } = useForm(EMPTY, create);
  if (create.isSuccess) {
    const { secret } = create.data;
    const dialog = { title: 'The endpoint was added', label: 'Secret', secret, example: receiverOf(secret) };
    return <SecretDialog {...dialog} onClose={onClose} />;
  }
  return (
    <FormDialog title="Add endpoint" submit="Add endpoint" sending={create} onSubmit={onSubmit} onClose={onClose}>
      <TextField
        {...field('url', 'URL', 'Takes POST requests: https, or http as well in sandbox mode')}
        autoFocus
        required
      />
      <SelectField
        {...field('events', 'Events', 'None selected means all of them')}
        options={API_VALUES.WebhookEvent.map((event) => [event, event])}
        slotProps={{ select: { multiple: true } }}
      />
      <TextField {...field('orgs', texts.orgs, texts.orgsHint)} />
    </FormDialog>
  );
}

const COLUMNS: Column<WebhookEndpoint>[] = [
  { label: 'URL', opener: ({ url }) => [url], cell: ({ description }) => description },
  { label: 'Events', from: 'md', cell: eventsOf },
  { label: texts.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? texts.all },
  { label: texts.status, cell: ({ status }) => <StateChip state={status} /> },
  { label: texts.created, from: 'lg', nowrap: true, time: ({ createdAt }) => createdAt },
];

export function WebhooksTab() {
  const [isCreating, setIsCreating] = useState(false);
  const mayWrite = useMay('webhooks:write');
  return (
    <>
      <PagedTable
        label="Webhook endpoints"
        intro="Your own services are told when a connection or a sync changes. Each webhook is signed with the secret of its endpoint."
        queryKey={['webhook-endpoints']}
        list={lists.endpoints}
        columns={COLUMNS}
        action={
          mayWrite && (
            <Button variant="contained" onClick={() => setIsCreating(true)}>
              Add endpoint
            </Button>
          )
        }
        empty="There are no endpoints yet."
        details={(endpoint, close) => (
          <DrawerContent title={endpoint.url} overline={endpoint.id} onClose={close}>
            <EndpointView endpoint={endpoint} mayWrite={mayWrite} onRemoved={close} />
          </DrawerContent>
        )}
      />
      {isCreating && <NewEndpointDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}
