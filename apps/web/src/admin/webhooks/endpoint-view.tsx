import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { API_VALUES, unwrap, type CausewayClient } from '@causeway/client';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { DescriptionList } from '../../layout/content.js';
import { StateChip } from '../../layout/state-chip.js';
import type { Column } from '../data-table.js';
import { RequestState, SecretDialog } from '../dialogs.js';
import { listDeliveries, useAction, type RowOf, type WebhookEndpoint } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const REFRESH_MS = 5_000;
/** All that failed since the endpoint exists. */
const EVER = { since: '1970-01-01T00:00:00Z' };

const OUTLINED = { size: 'small', variant: 'outlined' } as const;

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
    cell: ({ status, attempts }) => [
      <StateChip state={status} />,
      ...attempts.map((attempt) => `${attempt.status ?? attempt.error ?? 'no response'} · ${attempt.durationMs} ms`),
    ],
  },
  { label: 'Next attempt', from: 'sm', time: ({ nextAttemptAt }) => nextAttemptAt },
];

export const eventsOf = ({ events }: WebhookEndpoint): string =>
  events.length === API_VALUES.WebhookEvent.length ? texts.all : events.join(', ');

interface EndpointViewProps {
  endpoint: WebhookEndpoint;
  mayWrite: boolean;
  onRemoved: () => void;
}

export function EndpointView({ endpoint, mayWrite, onRemoved }: EndpointViewProps) {
  const { id, orgIds, status } = endpoint;
  const [isRemoving, setIsRemoving] = useState(false);
  const deliveriesKey = ['webhook-deliveries', id];
  const path = { params: { path: { id } } };
  const act = useAction((client, request: Request) => request(client), deliveriesKey, ['webhook-endpoints']);
  const rotate = useAction((client) =>
    unwrap(client.POST('/webhook-endpoints/{id}/rotate-secret', { ...path, body: {} })),
  );
  const isDisabled = status === 'disabled';
  const remove = () => {
    setIsRemoving(false);
    act.mutate((client) => unwrap(client.DELETE('/webhook-endpoints/{id}', path)), { onSuccess: onRemoved });
  };
  const button = (name: string, request: Request, label?: string) => (
    <Button {...OUTLINED} aria-label={label} disabled={act.isPending} onClick={() => act.mutate(request)}>
      {name}
    </Button>
  );
  const redeliver: Column<Delivery> = {
    label: 'Redeliver',
    isAction: true,
    cell: ({ id: deliveryId, event }) => {
      const params = { path: { id, deliveryId } };
      const request: Request = (client) =>
        unwrap(client.POST('/webhook-endpoints/{id}/deliveries/{deliveryId}/redeliver', { params }));
      return button('Redeliver', request, `Redeliver ${event}`);
    },
  };
  return (
    <>
      <DescriptionList
        entries={[
          [texts.status, <StateChip state={status} />],
          ['Events', eventsOf(endpoint)],
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
          <Button {...OUTLINED} loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Replace secret
          </Button>
          <Button size="small" color="error" onClick={() => setIsRemoving(true)}>
            Delete
          </Button>
        </Box>
      )}
      <RequestState of={[act, rotate]} />
      <Typography variant="h3">Deliveries</Typography>
      <PagedTable
        label="Deliveries"
        queryKey={deliveriesKey}
        list={listDeliveries(id)}
        columns={mayWrite && !isDisabled ? [...COLUMNS, redeliver] : COLUMNS}
        empty="Nothing was sent yet."
        refreshMs={() => REFRESH_MS}
      />
      {rotate.isSuccess && (
        <SecretDialog
          title="The secret was replaced"
          label="Secret"
          secret={rotate.data.secret}
          hint="Both secrets sign for a day."
          example={receiverOf(rotate.data.secret)}
          onClose={rotate.reset}
        />
      )}
      <ConfirmDialog
        open={isRemoving}
        title="Delete this endpoint?"
        detail="Its deliveries and its secret are deleted. This cannot be undone."
        confirm="Delete"
        onCancel={() => setIsRemoving(false)}
        onConfirm={remove}
      />
    </>
  );
}

export const receiverOf = (secret: string) => ({
  label: 'Receiver',
  text: `import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook('${secret}');
createServer(async (request, response) => {
  try {
    const event = webhook.verify(await text(request), request.headers);
    console.log(event.type, event.data);
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(4000);`,
});
