import type { SyntheticEvent } from 'react';
import { Alert, Box, Button, Link, TextField } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { unwrap, type Integration } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { CheckIcon, CircleIcon } from '../../icons.js';
import { Hint, LiveRegion, Panel } from '../../layout/content.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { CopyField } from '../copy-field.js';
import { SelectField, useForm } from '../fields.js';
import { lists, useAction, usePaged } from '../lists.js';
import { texts } from '../texts.js';
import { Snippets } from './snippets.js';

const labels = texts.start;

const IN_SANDBOX =
  'Not needed in sandbox mode: mock providers stand in. For real accounts, register an app with the provider.';

/** Each step is ticked by what the service has recorded of it. */
function Checklist({ integrations, isConnected }: { integrations: Integration[]; isConnected: boolean }) {
  const isSandbox = integrations.some(({ sandbox }) => sandbox);
  const isDone = {
    configure: integrations.some(({ configured, sandbox }) => configured && !sandbox),
    connect: isConnected,
    load: useIsAudited('items-loaded'),
    key: (usePaged({ queryKey: ['keys'], list: lists.keys }).rows ?? []).length > 0,
    embed: useIsAudited('session-made'),
  };
  const steps = Object.entries(labels.steps) as [keyof typeof isDone, (typeof labels.steps)['key']][];
  const isOptional = (step: keyof typeof isDone) => step === 'configure' && isSandbox && !isDone.configure;
  const needed = steps.filter(([step]) => !isOptional(step));
  return (
    <Panel
      id="start-title"
      title={texts.tabs.start}
      level="h3"
      action={<Hint>{`${needed.filter(([step]) => isDone[step]).length} of ${needed.length} done`}</Hint>}
    >
      <Box component="ol" sx={{ display: 'grid', gap: 1.5 }}>
        {steps.map(([step, { title, detail, href }]) => (
          <Box component="li" key={step} sx={{ display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr)', gap: 1 }}>
            {isDone[step] ? (
              <CheckIcon color="success" titleAccess={texts.done} />
            ) : (
              <CircleIcon color="disabled" titleAccess={isOptional(step) ? 'Not needed' : 'To do'} />
            )}
            <Box>
              <Link component={RouterLink} href={href} sx={{ fontWeight: 600 }}>
                {title}
              </Link>
              <Hint>{isOptional(step) ? IN_SANDBOX : detail}</Hint>
            </Box>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

const useIsAudited = (type: string): boolean =>
  (usePaged({ queryKey: ['was audited'], list: lists.audit, filter: { type }, wanted: 1 }).rows ?? []).length > 0;

interface ConnectLinkProps {
  integrations: Integration[];
  initial: Record<'orgId' | 'userId' | 'integration', string>;
}

/** A link that an administrator sends to a user: whoever opens it is asked whether the user is them. */
function ConnectLink({ integrations, initial }: ConnectLinkProps) {
  const link = useAction((client, { orgId, userId, integration }: ConnectLinkProps['initial']) => {
    const body = { orgId: orgId.trim(), userId: userId.trim(), finish: 'person' as const };
    return unwrap(client.POST('/integrations/{integration}/authorize', { params: { path: { integration } }, body }));
  });
  // A link is for the values before.
  const { values, field } = useForm(initial, link.reset);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    link.mutate(values);
  };
  const isKnown = integrations.some(({ id }) => id === values.integration);
  return (
    <Panel id="link-title" title="Connect link" level="h3">
      <Hint>Send this link to a user to connect an account. It asks the user to confirm who they are.</Hint>
      <Box
        component="form"
        onSubmit={submit}
        sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { sm: '1fr 1fr' } }}
      >
        <TextField {...field('orgId')} size="small" label={texts.org} />
        <TextField {...field('userId')} size="small" label={texts.user} />
        <SelectField
          {...field('integration')}
          {...(!isKnown && { value: '' })}
          size="small"
          label={texts.integration}
          options={integrations.map(({ id, name }) => [id, name])}
        />
        <Button type="submit" variant="contained" loading={link.isPending} disabled={integrations.length === 0}>
          Create link
        </Button>
      </Box>
      <LiveRegion>
        {link.error !== null && <ProblemAlert problem={problemOf(link.error)} />}
        {link.data && (
          <>
            <Alert severity="success">The link works once, for 10 minutes. Send it only to this user.</Alert>
            <CopyField isShort text={link.data.authorizationUrl} label="connect link" variant="contained" />
          </>
        )}
      </LiveRegion>
    </Panel>
  );
}

/** The user and the integration that were connected last, or made-up names: what the snippets begin with. */
export function StartTab() {
  const integrations = useIntegrations().data ?? [];
  const newest = usePaged({ queryKey: ['newest connection'], list: lists.connections, wanted: 1 });
  if (newest.isPending) return null;
  const [connection] = newest.rows ?? [];
  const configured = integrations.filter((one) => one.configured);
  const { orgId, userId, integration } = connection ?? {
    orgId: 'acme',
    userId: 'ann',
    integration: (configured[0] ?? integrations[0])?.id ?? '',
  };
  const example = { orgId, userId, integration };
  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' } }}
    >
      <Checklist integrations={integrations} isConnected={connection !== undefined} />
      <ConnectLink integrations={configured} initial={example} />
      <Box sx={{ gridColumn: '1 / -1' }}>
        <Snippets {...example} connectionId={connection?.id} />
      </Box>
    </Box>
  );
}
