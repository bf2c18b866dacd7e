import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { unwrap, type CausewayClient } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { DescriptionList, LiveRegion } from '../../layout/content.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { StateChip } from '../../layout/state-chip.js';
import type { Column } from '../data-table.js';
import { listDeliveries, useAction, type RowOf, type WebhookEndpoint } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { EndpointSecret } from './new-endpoint-dialog.js';

const labels = texts.webhooks;
const REFRESH_MS = 5_000;
/** All that failed since the endpoint exists. */
const EVER = { since: '1970-01-01T00:00:00Z' };

type Request = (client: CausewayClient) => Promise<unknown>;
type Delivery = RowOf<ReturnType<typeof listDeliveries>>;

const COLUMNS: Column<Delivery>[] = [
  {
    label: texts.event,
    isHeader: true,
    nowrap: true,
    cell: ({ event, createdAt }) => [event, <RelativeTime time={createdAt} />],
  },
  {
    label: texts.status,
    cell: ({ status }) => <StateChip state={status} />,
  },
  { label: 'Attempts', cell: ({ attempts }) => attempts.map(labels.attempt) },
  { label: 'Next attempt', from: 'sm', cell: ({ nextAttemptAt }) => <RelativeTime time={nextAttemptAt} /> },
];

interface EndpointViewProps {
  endpoint: WebhookEndpoint;
  mayWrite: boolean;
  onRemoved: () => void;
}

export function EndpointView({ endpoint, mayWrite, onRemoved }: EndpointViewProps) {
  const { id, events, orgIds, status } = endpoint;
  const [isRemoving, setIsRemoving] = useState(false);
  const deliveriesKey = ['webhook-deliveries', id];
  const changed = [deliveriesKey, ['webhook-endpoints']];
  const path = { params: { path: { id } } };
  const act = useAction((client, request: Request) => request(client), ...changed);
  const rotate = useAction((client) =>
    unwrap(client.POST('/webhook-endpoints/{id}/rotate-secret', { ...path, body: {} })),
  );
  const remove = useAction(
    async (client) => {
      await unwrap(client.DELETE('/webhook-endpoints/{id}', path));
      onRemoved();
    },
    ...changed,
  );
  const isDisabled = status === 'disabled';
  const button = (name: string, request: Request, label?: string) => (
    <Button
      size="small"
      variant="outlined"
      aria-label={label}
      disabled={act.isPending}
      onClick={() => act.mutate(request)}
    >
      {name}
    </Button>
  );
  const redeliver: Column<Delivery> = {
    label: labels.redeliver,
    isAction: true,
    cell: ({ id: deliveryId, event }) => {
      const params = { path: { id, deliveryId } };
      const request: Request = (client) =>
        unwrap(client.POST('/webhook-endpoints/{id}/deliveries/{deliveryId}/redeliver', { params }));
      return button(labels.redeliver, request, `Redeliver ${event}`);
    },
  };
  const failed = [act, rotate, remove].find(({ isError }) => isError);
  return (
    <>
      <DescriptionList
        entries={[
          [texts.status, <StateChip state={status} />],
          [labels.events, events.join(', ')],
          [texts.orgs, orgIds?.join(', ') ?? texts.all],
        ]}
      />
      {mayWrite && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          {button('Send test', (client) => unwrap(client.POST('/webhook-endpoints/{id}/test', path)))}
          {button(isDisabled ? 'Enable' : 'Disable', (client) =>
            unwrap(client.PATCH('/webhook-endpoints/{id}', { ...path, body: { disabled: !isDisabled } })),
          )}
          {!isDisabled &&
            button('Deliver what failed', (client) =>
              unwrap(client.POST('/webhook-endpoints/{id}/recover', { ...path, body: EVER })),
            )}
          <Button size="small" variant="outlined" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Replace secret
          </Button>
          <Button size="small" color="error" onClick={() => setIsRemoving(true)}>
            {labels.removeDialog.confirm}
          </Button>
        </Box>
      )}
      <LiveRegion>{failed && <ProblemAlert problem={problemOf(failed.error)} />}</LiveRegion>
      <Typography variant="h3">{labels.deliveries}</Typography>
      <PagedTable
        label={labels.deliveries}
        queryKey={deliveriesKey}
        list={listDeliveries(id)}
        columns={mayWrite && !isDisabled ? [...COLUMNS, redeliver] : COLUMNS}
        empty="Nothing was sent yet."
        refreshMs={() => REFRESH_MS}
      />
      {rotate.isSuccess && (
        <EndpointSecret
          title="The secret was replaced"
          secret={rotate.data.secret}
          hint="Both secrets sign for a day."
          onClose={rotate.reset}
        />
      )}
      <ConfirmDialog
        open={isRemoving}
        {...labels.removeDialog}
        loading={remove.isPending}
        onCancel={() => setIsRemoving(false)}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
