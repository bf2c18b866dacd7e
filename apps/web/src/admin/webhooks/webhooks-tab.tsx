import { useState } from 'react';
import { Button } from '@mui/material';
import { DrawerContent } from '../../layout/side-drawer.js';
import { useMay } from '../../session/caller.js';
import { StateChip } from '../../layout/state-chip.js';
import type { Column } from '../data-table.js';
import { lists, type WebhookEndpoint } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { EndpointView, eventsOf } from './endpoint-view.js';
import { NewEndpointDialog } from './new-endpoint-dialog.js';

const labels = texts.webhooks;

const COLUMNS: Column<WebhookEndpoint>[] = [
  { label: 'URL', opener: ({ url }) => [url], cell: ({ description }) => description },
  { label: labels.events, from: 'md', cell: eventsOf },
  { label: texts.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? texts.all },
  { label: texts.status, cell: ({ status }) => <StateChip state={status} /> },
  { label: texts.created, from: 'lg', nowrap: true, cell: ({ createdAt }) => <RelativeTime time={createdAt} /> },
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
              {labels.create}
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
