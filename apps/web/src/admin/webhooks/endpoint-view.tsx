import { useState } from 'react';
import { Box, Button, Chip, Typography } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { DescriptionList } from '../../layout/description-list.js';
import { LiveRegion } from '../../layout/live-region.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DataTable, type Column } from '../data-table.js';
import { PagedList } from '../paged-list.js';
import { endpointsQuery, type WebhookEndpoint } from '../queries.js';
import { RelativeTime } from '../relative-time.js';
import { Secondary } from '../secondary.js';
import { texts } from '../texts.js';
import { usePaged } from '../use-paged.js';
import { SecretDialog } from './secret-dialog.js';

const labels = texts.webhooks;
const PAGE_SIZE = 50;
const REFRESH_MS = 5_000;
const COLORS = { pending: 'warning', delivered: 'success', failed: 'error' } as const;

const pathOf = (id: string) => ({ params: { path: { id } } });

const listDeliveries = (
  client: CausewayClient,
  id: string,
  query: { limit: number; cursor?: string },
  signal: AbortSignal,
) => unwrap(client.GET('/webhook-endpoints/{id}/deliveries', { params: { path: { id }, query }, signal }));

type Delivery = Awaited<ReturnType<typeof listDeliveries>>['deliveries'][number];

const columnsOf = (onRedeliver: ((delivery: Delivery) => void) | null): Column<Delivery>[] => [
  {
    label: labels.deliveryColumns.event,
    isHeader: true,
    cell: ({ event, createdAt }) => (
      <>
        {event}
        <Secondary>
          <RelativeTime time={createdAt} />
        </Secondary>
      </>
    ),
  },
  {
    label: labels.deliveryColumns.status,
    cell: ({ status }) => (
      <Chip size="small" variant="outlined" color={COLORS[status]} label={labels.deliveryStatuses[status]} />
    ),
  },
  {
    label: labels.deliveryColumns.attempts,
    cell: ({ attempts }) =>
      attempts.map(({ at, status, error, durationMs }) => (
        <Secondary key={at}>
          {status ?? error ?? labels.noResponse} · {durationMs} ms
        </Secondary>
      )),
  },
  {
    label: labels.deliveryColumns.next,
    from: 'sm',
    cell: ({ nextAttemptAt }) => <RelativeTime time={nextAttemptAt} />,
  },
  ...(onRedeliver === null
    ? []
    : [
        {
          label: labels.deliveryColumns.action,
          isAction: true as const,
          cell: (delivery: Delivery) => (
            <Button
              size="small"
              onClick={() => onRedeliver(delivery)}
              aria-label={labels.redeliverNamed(delivery.event)}
            >
              {labels.redeliver}
            </Button>
          ),
        },
      ]),
];

interface EndpointViewProps {
  endpoint: WebhookEndpoint;
  mayWrite: boolean;
  onRemoved: () => void;
}

export function EndpointView({ endpoint, mayWrite, onRemoved }: EndpointViewProps) {
  const { id, events, orgIds, status } = endpoint;
  const client = useCauseway();
  const queryClient = useQueryClient();
  const [isRemoving, setIsRemoving] = useState(false);
  const key = ['webhook-deliveries', id];
  const deliveries = usePaged(
    key,
    PAGE_SIZE,
    (page, signal) => listDeliveries(client, id, page, signal),
    (page) => page.deliveries,
    { refreshMs: () => REFRESH_MS },
  );
  const changed = () => {
    void queryClient.invalidateQueries({ queryKey: key });
    void queryClient.invalidateQueries(endpointsQuery(client));
  };
  const act = useMutation({ mutationFn: (work: () => Promise<unknown>) => work(), onSettled: changed });
  const rotate = useMutation({
    gcTime: 0,
    mutationFn: () => unwrap(client.POST('/webhook-endpoints/{id}/rotate-secret', { ...pathOf(id), body: {} })),
  });
  const remove = useMutation({
    mutationFn: () => unwrap(client.DELETE('/webhook-endpoints/{id}', pathOf(id))),
    onSuccess: onRemoved,
    onSettled: changed,
  });
  const redeliver = ({ id: deliveryId }: Delivery) =>
    act.mutate(() =>
      unwrap(
        client.POST('/webhook-endpoints/{id}/deliveries/{deliveryId}/redeliver', {
          params: { path: { id, deliveryId } },
        }),
      ),
    );
  const isDisabled = status === 'disabled';
  const actions = [
    [labels.actions.test, () => unwrap(client.POST('/webhook-endpoints/{id}/test', pathOf(id)))],
    [
      isDisabled ? labels.actions.enable : labels.actions.disable,
      () => unwrap(client.PATCH('/webhook-endpoints/{id}', { ...pathOf(id), body: { disabled: !isDisabled } })),
    ],
    ...(isDisabled
      ? []
      : [
          [
            labels.actions.recover,
            () =>
              unwrap(
                client.POST('/webhook-endpoints/{id}/recover', {
                  ...pathOf(id),
                  body: { since: '1970-01-01T00:00:00Z' },
                }),
              ),
          ] as const,
        ]),
  ] as const;
  const error = [act, rotate, remove].find(({ isError }) => isError)?.error;
  return (
    <>
      <DescriptionList
        entries={[
          [labels.columns.status, labels.statuses[status]],
          [labels.columns.events, events.join(', ')],
          [labels.columns.orgs, orgIds?.join(', ') ?? labels.all],
        ]}
      />
      {mayWrite && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          {actions.map(([name, work]) => (
            <Button
              key={name}
              size="small"
              variant="outlined"
              disabled={act.isPending}
              onClick={() => act.mutate(work)}
            >
              {name}
            </Button>
          ))}
          <Button size="small" variant="outlined" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            {labels.actions.rotate}
          </Button>
          <Button size="small" color="error" onClick={() => setIsRemoving(true)}>
            {labels.actions.remove}
          </Button>
        </Box>
      )}
      <LiveRegion>{error !== undefined && <ProblemAlert problem={problemOf(error)} />}</LiveRegion>
      <Typography variant="h3">{labels.deliveries}</Typography>
      <PagedList query={deliveries} rows={deliveries.rows} empty={labels.noDeliveries}>
        {(rows) => (
          <DataTable
            label={labels.deliveries}
            columns={columnsOf(mayWrite && !isDisabled ? redeliver : null)}
            rows={rows}
          />
        )}
      </PagedList>
      {rotate.isSuccess && (
        <SecretDialog
          title={labels.rotated}
          secret={rotate.data.secret}
          hint={labels.overlap}
          onClose={() => rotate.reset()}
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
