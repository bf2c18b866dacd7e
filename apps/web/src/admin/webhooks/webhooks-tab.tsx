import { useState } from 'react';
import { Button } from '@mui/material';
import { DrawerContent } from '../../layout/side-drawer.js';
import { useMay } from '../../session/caller.js';
import { StateChip, type Column } from '../data-table.js';
import { lists, type WebhookEndpoint } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { EndpointView } from './endpoint-view.js';
import { NewEndpointDialog } from './new-endpoint-dialog.js';

const labels = texts.webhooks;
const COLORS = { active: 'success', failing: 'warning', disabled: 'default' } as const;

const COLUMNS: Column<WebhookEndpoint>[] = [
  { label: labels.url, opener: ({ url }) => [url], cell: ({ description }) => description },
  { label: labels.events, from: 'md', cell: ({ events }) => events.join(', ') },
  { label: texts.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? texts.all },
  { label: texts.status, cell: ({ status }) => <StateChip color={COLORS[status]} label={labels.statuses[status]} /> },
  { label: texts.created, from: 'lg', cell: ({ createdAt }) => <RelativeTime time={createdAt} /> },
];

export function WebhooksTab() {
  const [isCreating, setIsCreating] = useState(false);
  const mayWrite = useMay('webhooks:write');
  return (
    <>
      <PagedTable
        label={labels.table}
        intro={labels.intro}
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
        empty={labels.empty}
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
