import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { unwrap, type CausewayClient } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { DescriptionList } from '../../layout/description-list.js';
import { LiveRegion } from '../../layout/live-region.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { StateChip, type Column } from '../data-table.js';
import { listDeliveries, useAction, type RowOf, type WebhookEndpoint } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { EndpointSecret } from './new-endpoint-dialog.js';

const labels = texts.webhooks;
const REFRESH_MS = 5_000;
const COLORS = { pending: 'warning', delivered: 'success', failed: 'error' } as const;
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
    cell: ({ status }) => <StateChip color={COLORS[status]} label={labels.deliveryStatuses[status]} />,
  },
  { label: labels.attempts, cell: ({ attempts }) => attempts.map(labels.attempt) },
  { label: labels.next, from: 'sm', cell: ({ nextAttemptAt }) => <RelativeTime time={nextAttemptAt} /> },
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
      return button(labels.redeliver, request, labels.redeliverNamed(event));
    },
  };
  const failed = [act, rotate, remove].find(({ isError }) => isError);
  return (
    <>
      <DescriptionList
        entries={[
          [texts.status, labels.statuses[status]],
          [labels.events, events.join(', ')],
          [texts.orgs, orgIds?.join(', ') ?? texts.all],
        ]}
      />
      {mayWrite && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          {button(labels.actions.test, (client) => unwrap(client.POST('/webhook-endpoints/{id}/test', path)))}
          {button(isDisabled ? labels.actions.enable : labels.actions.disable, (client) =>
            unwrap(client.PATCH('/webhook-endpoints/{id}', { ...path, body: { disabled: !isDisabled } })),
          )}
          {!isDisabled &&
            button(labels.actions.recover, (client) =>
              unwrap(client.POST('/webhook-endpoints/{id}/recover', { ...path, body: EVER })),
            )}
          <Button size="small" variant="outlined" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            {labels.actions.rotate}
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
        empty={labels.noDeliveries}
        refreshMs={() => REFRESH_MS}
      />
      {rotate.isSuccess && (
        <EndpointSecret
          title={labels.rotated}
          secret={rotate.data.secret}
          hint={labels.overlap}
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
