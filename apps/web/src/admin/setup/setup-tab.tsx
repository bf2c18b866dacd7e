import type { ReactNode } from 'react';
import { Alert, Box, Button, Chip, Link, Skeleton } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { unwrap, type CausewayClient, type Integration } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { OpenIcon } from '../../icons.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { DescriptionList } from '../../layout/description-list.js';
import { Hint } from '../../layout/hint.js';
import { LiveRegion } from '../../layout/live-region.js';
import { Panel } from '../../layout/panel.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { CopyField } from '../copy-field.js';
import { READINESS, useReadiness, type Readiness } from '../health/queries.js';
import { useAction } from '../lists.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = texts.setup;
const COLORS = { configured: 'success', missing: 'default', sandbox: 'info', rejected: 'error' } as const;
const SEVERITIES = { ok: 'success', warn: 'warning', fail: 'error' } as const;

interface SetupCardProps {
  integration: Integration;
  setup: Setup;
  /** Of the readiness: it fails where the provider rejects the client id or secret. */
  part: Readiness['parts'][string] | undefined;
}

function SetupCard({ integration, setup, part }: SetupCardProps) {
  const { id, name, docsUrl, scopes, itemTypes, configured, sandbox } = integration;
  const test = useAction(
    (client) => unwrap(client.POST('/integrations/{integration}/test', { params: { path: { integration: id } } })),
    READINESS,
  );
  const isRejected = part?.status === 'failing';
  const state = isRejected ? 'rejected' : sandbox ? 'sandbox' : configured ? 'configured' : 'missing';
  return (
    <Panel
      id={`setup-${id}`}
      title={name}
      level="h3"
      icon={<IntegrationAvatar integration={integration} size={32} />}
      action={<Chip size="small" variant="outlined" color={COLORS[state]} label={labels.states[state]} />}
    >
      {isRejected && <Alert severity="error">{part.detail}</Alert>}
      <Steps
        title={labels.howTo}
        open={!configured}
        steps={[
          <NewTab href={setup.registerUrl} text={labels.open(name)} />,
          ...setup.steps,
          labels.setClient(id.toUpperCase()),
        ]}
      />
      <DescriptionList
        stacked
        entries={[
          [labels.redirectUri, <CopyField text={setup.redirectUri} label={labels.ofName(labels.redirectUri, name)} />],
          [
            texts.scopes,
            scopes.length === 0 ? (
              labels.noScopes
            ) : (
              <CopyField text={scopes.join(' ')} label={labels.ofName(texts.scopes, name)} />
            ),
          ],
          [
            texts.tabs.webhooks,
            <>
              {setup.webhookReady ? labels.webhookStates.ready : labels.webhookStates.missing(setup.webhookVariable)}
              <CopyField text={setup.webhookUrl} label={labels.ofName(labels.webhookUrl, name)} />
            </>,
          ],
          [labels.client, sandbox ? labels.clientSandbox : configured ? labels.clientSet : labels.clientMissing],
          [labels.apiUrl, <code>{setup.apiUrl}</code>],
          [labels.itemTypes, itemTypes.join(', ')],
        ]}
      />
      <Steps title={labels.webhooksHowTo} steps={setup.webhookSteps} />
      {setup.journal !== null && <Steps title={labels.journalHowTo(setup.journal.on)} steps={setup.journal.steps} />}
      {setup.verificationTokens.length > 0 && (
        <Alert severity="warning">
          {labels.tokens}
          {setup.verificationTokens.map(({ token, receivedAt }) => (
            <Box key={token}>
              <RelativeTime time={receivedAt} />
              <CopyField text={token} label={labels.ofName(labels.token, name)} />
            </Box>
          ))}
        </Alert>
      )}
      <LiveRegion>
        {test.error !== null && <ProblemAlert problem={problemOf(test.error)} />}
        {test.data?.checks.map(({ name: check, status, detail, advice }) => (
          <Alert key={check} severity={SEVERITIES[status]}>
            <strong>{labels.checks[check]}:</strong> {detail}. {advice}
          </Alert>
        ))}
      </LiveRegion>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Button
          variant="outlined"
          disabled={!configured}
          loading={test.isPending}
          onClick={() => test.mutate()}
          aria-label={labels.testNamed(name)}
        >
          {labels.test}
        </Button>
        <NewTab href={docsUrl} text={labels.docs(name)} />
      </Box>
    </Panel>
  );
}

const NewTab = ({ href, text }: { href: string; text: string }) => (
  <Link href={href} target="_blank" rel="noreferrer" variant="body2">
    {text} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
  </Link>
);

const Steps = ({ title, open, steps }: { title: string; open?: boolean; steps: readonly ReactNode[] }) => (
  <details open={open}>
    <summary>{title}</summary>
    <Box component="ol" sx={{ pl: 3, pt: 1, display: 'grid', gap: 0.5, listStyle: 'decimal', typography: 'body2' }}>
      {steps.map((step, index) => (
        <li key={index}>{step}</li>
      ))}
    </Box>
  </details>
);

const GRID = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
};

const listSetups = async (client: CausewayClient, signal: AbortSignal) =>
  (await unwrap(client.GET('/integrations/setup', { signal }))).setups;

type Setup = Awaited<ReturnType<typeof listSetups>>[number];

export function SetupTab() {
  const client = useCauseway();
  const integrations = useIntegrations();
  const setups = useQuery({ queryKey: ['setups'], queryFn: ({ signal }) => listSetups(client, signal) });
  const failed = [integrations, setups].find(({ isError }) => isError);
  const parts = useReadiness().data?.parts ?? {};
  return (
    <>
      <Hint>{texts.setup.intro}</Hint>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {(integrations.isPending || setups.isPending) && (
        <Skeleton variant="rounded" height={660} aria-label={texts.loading} />
      )}
      <Box sx={GRID}>
        {setups.data?.map((setup) => {
          const integration = integrations.data?.find(({ id }) => id === setup.integration);
          return (
            integration && (
              <SetupCard key={integration.id} integration={integration} setup={setup} part={parts[integration.id]} />
            )
          );
        })}
      </Box>
    </>
  );
}
