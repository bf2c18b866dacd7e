import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { API_VALUES, unwrap, type CausewayClient } from '@causeway/client';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { DescriptionList } from '../../layout/content.js';
import { DrawerContent } from '../../layout/side-drawer.js';
import { StateChip } from '../../layout/state-chip.js';
import { useMay } from '../../session/caller.js';
import { Field, FormDialog, idsIn, SecretDialog, useForm } from '../forms.js';
import { deliveriesOf, lists, RequestState, type RowOf, useAction, type WebhookEndpoint } from '../requests.js';
import { type Column, PagedTable } from '../tables.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const ENDPOINTS = lists.endpoints.queryKey;
const REFRESH_MS = 5_000;
/** All that failed since the endpoint exists. */
const EVER = { since: '1970-01-01T00:00:00Z' };

const OUTLINED = { size: 'small', variant: 'outlined' } as const;

type Request = (client: CausewayClient) => Promise<unknown>;
type Delivery = RowOf<ReturnType<typeof deliveriesOf>>;

const DELIVERIES: Column<Delivery>[] = [
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

const eventsOf = ({ events }: WebhookEndpoint): string =>
  events.length === API_VALUES.WebhookEvent.length ? texts.all : events.join(', ');

function EndpointView({ endpoint, onRemoved }: { endpoint: WebhookEndpoint; onRemoved: () => void }) {
  const mayWrite = useMay('webhooks:write');
  const { id, orgIds, status } = endpoint;
  const [isRemoving, setIsRemoving] = useState(false);
  const deliveries = deliveriesOf(id);
  const path = { params: { path: { id } } };
  const act = useAction((client, request: Request) => request(client), deliveries.queryKey, ENDPOINTS);
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
        {...deliveries}
        label="Deliveries"
        columns={mayWrite && !isDisabled ? [...DELIVERIES, redeliver] : DELIVERIES}
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

const receiverOf = (secret: string) => ({
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

const URL_HINT = 'Takes POST requests: https, or http as well in sandbox mode';
const EMPTY = { url: '', events: [] as WebhookEndpoint['events'], orgs: '' };

function NewEndpointDialog({ onClose }: { onClose: () => void }) {
  const create = useAction((client, { url, events, orgs }: typeof EMPTY) => {
    const orgIds = idsIn(orgs);
    const body = { url: url.trim(), ...(events.length > 0 && { events }), ...(orgIds.length > 0 && { orgIds }) };
    return unwrap(client.POST('/webhook-endpoints', { body }));
  }, ENDPOINTS);
  const { field, onSubmit } = useForm(EMPTY, create);
  if (create.isSuccess) {
    const { secret } = create.data;
    const dialog = { title: 'The endpoint was added', label: 'Secret', secret, example: receiverOf(secret) };
    return <SecretDialog {...dialog} onClose={onClose} />;
  }
  return (
    <FormDialog title="Add endpoint" submit="Add endpoint" sending={create} onSubmit={onSubmit} onClose={onClose}>
      <Field {...field('url', 'URL', URL_HINT)} autoFocus required />
      <Field
        {...field('events', 'Events', 'None selected means all of them')}
        options={API_VALUES.WebhookEvent.map((event) => [event, event])}
        slotProps={{ select: { multiple: true } }}
      />
      <Field {...field('orgs', texts.orgs, texts.orgsHint)} />
    </FormDialog>
  );
}

const COLUMNS: Column<WebhookEndpoint>[] = [
  { label: 'URL', opener: ({ url }) => [url], cell: ({ description }) => description },
  { label: 'Events', from: 'md', cell: eventsOf },
  { label: texts.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? texts.all },
  { label: texts.status, cell: ({ status }) => <StateChip state={status} /> },
  { label: 'Created', from: 'lg', nowrap: true, time: ({ createdAt }) => createdAt },
];

export function WebhooksTab() {
  const [isCreating, setIsCreating] = useState(false);
  const mayWrite = useMay('webhooks:write');
  return (
    <>
      <PagedTable
        {...lists.endpoints}
        label="Webhook endpoints"
        intro="Your own services are told when a connection or a sync changes. Each webhook is signed with the secret of its endpoint."
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
            <EndpointView endpoint={endpoint} onRemoved={close} />
          </DrawerContent>
        )}
      />
      {isCreating && <NewEndpointDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}
