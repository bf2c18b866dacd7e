import { TextField } from '@mui/material';
import { API_VALUES, unwrap } from '@causeway/client';
import { CopyField } from '../copy-field.js';
import { FormDialog, SecretDialog } from '../dialogs.js';
import { idsIn, SelectField, useForm } from '../fields.js';
import { useAction, type WebhookEndpoint } from '../lists.js';
import { texts } from '../texts.js';

const labels = texts.webhooks;

const receiver = (secret: string) => `import { createServer } from 'node:http';
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
}).listen(4000);`;

interface EndpointSecretProps {
  title: string;
  secret: string;
  hint?: string;
  onClose: () => void;
}

export function EndpointSecret({ hint = '', ...dialog }: EndpointSecretProps) {
  return (
    <SecretDialog
      {...dialog}
      warning={`Copy the secret now. You will not be able to see it again. ${hint}`}
      label="Secret"
    >
      <CopyField text={receiver(dialog.secret)} label="Receiver" />
    </SecretDialog>
  );
}

const EMPTY = { url: '', events: [] as WebhookEndpoint['events'], orgs: '' };

export function NewEndpointDialog({ onClose }: { onClose: () => void }) {
  const create = useAction(
    (client, { url, events, orgs }: typeof EMPTY) => {
      const orgIds = idsIn(orgs);
      const body = { url: url.trim(), ...(events.length > 0 && { events }), ...(orgIds.length > 0 && { orgIds }) };
      return unwrap(client.POST('/webhook-endpoints', { body }));
    },
    ['webhook-endpoints'],
  );
  const { values, field } = useForm(EMPTY, create.reset);
  if (create.isSuccess)
    return <EndpointSecret title="The endpoint was added" secret={create.data.secret} onClose={onClose} />;
  return (
    <FormDialog
      title={labels.create}
      submit={labels.create}
      loading={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate(values)}
      onClose={onClose}
    >
      <TextField
        {...field('url')}
        label="URL"
        helperText="Takes POST requests: https, or http as well in sandbox mode"
        autoFocus
        required
      />
      <SelectField
        {...field('events')}
        label={labels.events}
        helperText="None selected means all of them"
        options={API_VALUES.WebhookEvent.map((event) => [event, event])}
        slotProps={{ select: { multiple: true } }}
      />
      <TextField {...field('orgs')} label={texts.orgs} helperText={texts.orgsHint} />
    </FormDialog>
  );
}
