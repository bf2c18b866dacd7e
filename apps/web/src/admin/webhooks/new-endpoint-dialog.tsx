import { useState, type SyntheticEvent } from 'react';
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { PLAIN_TEXT } from '../../layout/draft-field.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { endpointsQuery, type WebhookEndpoint } from '../queries.js';
import { texts } from '../texts.js';
import { SecretDialog } from './secret-dialog.js';

const labels = texts.webhooks;

type Event = WebhookEndpoint['events'][number];

const EVENTS: readonly Event[] = [
  'connection.created',
  'connection.updated',
  'connection.needs-reconnect',
  'connection.expiring',
  'connection.deleted',
  'sync.completed',
  'sync.failed',
  'sync.suspicious',
  'provider.event',
];

/** The secret of the new endpoint exists only in this dialog, while it is open. */
export function NewEndpointDialog({ onClose }: { onClose: () => void }) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<Event[]>([]);
  const [orgs, setOrgs] = useState('');
  const create = useMutation({
    // The response is not kept in the cache of mutations, because it has the secret.
    gcTime: 0,
    mutationFn: () => {
      const orgIds = orgs.split(/[\s,]+/).filter(Boolean);
      const body = { url: url.trim(), ...(events.length > 0 && { events }), ...(orgIds.length > 0 && { orgIds }) };
      return unwrap(client.POST('/webhook-endpoints', { body }));
    },
    onSuccess: () => void queryClient.invalidateQueries(endpointsQuery(client)),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (create.isSuccess) return <SecretDialog title={labels.created} secret={create.data.secret} onClose={onClose} />;
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="new-endpoint-title">
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'contents' }}>
        <DialogTitle id="new-endpoint-title">{labels.form.title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          {/* Room for the label of the first field. */}
          <Box sx={{ height: 0 }} />
          <TextField
            label={labels.form.url}
            helperText={labels.form.urlHint}
            value={url}
            onChange={({ target }) => setUrl(target.value)}
            autoFocus
            required
            slotProps={{ htmlInput: PLAIN_TEXT }}
          />
          <TextField
            select
            label={labels.form.events}
            helperText={labels.form.eventsHint}
            value={events}
            onChange={({ target }) => setEvents([target.value as unknown as Event[]].flat())}
            slotProps={{ select: { multiple: true } }}
          >
            {EVENTS.map((event) => (
              <MenuItem key={event} value={event}>
                {event}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            label={labels.form.orgs}
            helperText={labels.form.orgsHint}
            value={orgs}
            onChange={({ target }) => setOrgs(target.value)}
            slotProps={{ htmlInput: PLAIN_TEXT }}
          />
          {create.isError && <ProblemAlert problem={problemOf(create.error)} />}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" variant="contained" loading={create.isPending}>
            {labels.form.submit}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
