import { useState, type SyntheticEvent } from 'react';
import { Alert, Box, Button, MenuItem, TextField } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { unwrap, type Integration } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { PLAIN_TEXT } from '../../layout/draft-field.js';
import { Hint } from '../../layout/hint.js';
import { LiveRegion } from '../../layout/live-region.js';
import { Panel } from '../../layout/panel.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { CopyField } from '../copy-field.js';
import { texts } from '../texts.js';

const labels = texts.start.link;

interface ConnectLinkProps {
  integrations: Integration[];
  orgId: string;
  userId: string;
  integration: string;
}

/** A link that an administrator sends to a user: whoever opens it is asked whether the user is them. */
export function ConnectLink({ integrations, ...initial }: ConnectLinkProps) {
  const client = useCauseway();
  const [{ orgId, userId, integration }, setValues] = useState(initial);
  const link = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/integrations/{integration}/authorize', {
          params: { path: { integration } },
          body: { orgId: orgId.trim(), userId: userId.trim(), finish: 'person' },
        }),
      ),
  });
  const change = (changes: Partial<typeof initial>) => {
    setValues({ orgId, userId, integration, ...changes });
    // The link is for the values before.
    link.reset();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    link.mutate();
  };
  const field = (name: 'orgId' | 'userId', label: string, value: string) => (
    <TextField
      size="small"
      label={label}
      value={value}
      onChange={({ target }) => change({ [name]: target.value })}
      slotProps={{ htmlInput: PLAIN_TEXT }}
    />
  );
  return (
    <Panel id="link-title" title={labels.title} level="h3">
      <Hint>{labels.intro}</Hint>
      <Box
        component="form"
        onSubmit={submit}
        sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { sm: '1fr 1fr' } }}
      >
        {field('orgId', texts.org, orgId)}
        {field('userId', texts.user, userId)}
        <TextField
          select
          size="small"
          label={texts.integration}
          value={integrations.some(({ id }) => id === integration) ? integration : ''}
          onChange={({ target }) => change({ integration: target.value })}
        >
          {integrations.map(({ id, name }) => (
            <MenuItem key={id} value={id}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        <Button type="submit" variant="contained" loading={link.isPending} disabled={integrations.length === 0}>
          {labels.create}
        </Button>
      </Box>
      <LiveRegion>
        {link.error !== null && <ProblemAlert problem={problemOf(link.error)} />}
        {link.data && (
          <>
            <Alert severity="success">{labels.created}</Alert>
            <CopyField text={link.data.authorizationUrl} label={labels.label} variant="contained" />
          </>
        )}
      </LiveRegion>
    </Panel>
  );
}
