import type { ReactNode } from 'react';
import { Alert, Box, Button, Link } from '@mui/material';
import { unwrap, type CausewayClient, type Integration } from '@causeway/client';
import { OpenIcon } from '../../icons.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { DescriptionList, Hint, LiveRegion, Panel } from '../../layout/content.js';
import { StateChip } from '../../layout/state-chip.js';
import { inWords } from '../../texts.js';
import { CopyField } from '../forms.js';
import { RequestState, useAction, useIntegrations, useRead } from '../requests.js';
import { READINESS, useReadiness } from '../health/health-tab.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const STATES = { missing: 'Not configured', sandbox: 'Mock provider', rejected: 'Client rejected' };
const CHECKS = { network: 'Network', client: 'Client ID and secret' };
const NO_SCOPES = 'None: users choose at the provider';
const SEVERITIES = { ok: 'success', warn: 'warning', fail: 'error' } as const;

const listSetups = async (client: CausewayClient, signal: AbortSignal) =>
  (await unwrap(client.GET('/integrations/setup', { signal }))).setups;

type SetupCardProps = { integration: Integration; setup: Awaited<ReturnType<typeof listSetups>>[number] };

function SetupCard({ integration, setup }: SetupCardProps) {
  const { id, name, docsUrl, scopes, itemTypes, configured, sandbox } = integration;
  const prefix = id.toUpperCase();
  const params = { path: { integration: id } };
  const test = useAction((client) => unwrap(client.POST('/integrations/{integration}/test', { params })), READINESS);
  // It fails where the provider rejects the client id or secret.
  const part = useReadiness().data?.parts[id];
  const isRejected = part?.status === 'failing';
  const state = isRejected ? 'rejected' : sandbox ? 'sandbox' : configured ? 'configured' : 'missing';
  const copy = (what: string, text: string) => <CopyField text={text} label={`${what} of ${name}`} />;
  return (
    <Panel
      id={`setup-${id}`}
      title={name}
      level="h3"
      icon={<IntegrationAvatar integration={integration} size={32} />}
      action={<StateChip state={state} label={inWords(state, STATES)} />}
    >
      {isRejected && <Alert severity="error">{part.detail}</Alert>}
      <Steps
        title="How to register the app"
        open={!configured}
        steps={[
          <NewTab href={setup.registerUrl} text={`Open the app settings at ${name}`} />,
          ...setup.steps,
          `Set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET, then restart the service.`,
        ]}
      />
      <DescriptionList
        stacked
        entries={[
          ['Redirect URI', copy('Redirect URI', setup.redirectUri)],
          [texts.scopes, scopes.length > 0 ? copy(texts.scopes, scopes.join(' ')) : NO_SCOPES],
          [
            'Webhooks',
            <>
              {setup.webhookReady ? 'Verified' : `Rejected until ${setup.webhookVariable} is set`}
              {copy('Webhook URL', setup.webhookUrl)}
            </>,
          ],
          ['Client ID and secret', sandbox ? 'From the mock provider' : configured ? 'Set' : 'Not set'],
          ['API URL', <code>{setup.apiUrl}</code>],
          ['Item types', itemTypes.join(', ')],
        ]}
      />
      <Steps title="How to receive webhooks" steps={setup.webhookSteps} />
      {setup.journal !== null && (
        <Steps
          title={`How to read the webhooks journal instead (it is ${setup.journal.on ? 'on' : 'off'})`}
          steps={setup.journal.steps}
        />
      )}
      {setup.verificationTokens.length > 0 && (
        <Alert severity="warning">
          Verification tokens that came. Anybody may have sent them: take the one that you have just asked for.
          {setup.verificationTokens.map(({ token, receivedAt }) => (
            <Box key={token}>
              <RelativeTime time={receivedAt} />
              {copy('Verification token', token)}
            </Box>
          ))}
        </Alert>
      )}
      <RequestState of={[test]} />
      <LiveRegion>
        {test.data?.checks.map(({ name: check, status, detail, advice }) => (
          <Alert key={check} severity={SEVERITIES[status]}>
            <strong>{CHECKS[check]}:</strong> {detail}. {advice}
          </Alert>
        ))}
      </LiveRegion>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Button
          variant="outlined"
          disabled={!configured}
          loading={test.isPending}
          onClick={() => test.mutate()}
          aria-label={`Test the client ID and secret of ${name}`}
        >
          Test
        </Button>
        <NewTab href={docsUrl} text={`OAuth documentation of ${name}`} />
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

const GRID = { display: 'grid', gap: 2, gridTemplateColumns: { md: 'repeat(2, minmax(0, 1fr))' } };

export function SetupTab() {
  const integrations = useIntegrations();
  const setups = useRead(['setups'], listSetups);
  return (
    <>
      <Hint>Client IDs and secrets are set in the environment of the service. Restart the service after a change.</Hint>
      <RequestState of={[integrations, setups]} height={660} />
      <Box sx={GRID}>
        {integrations.data?.map((integration) => {
          const setup = setups.data?.find((one) => one.integration === integration.id);
          return setup && <SetupCard key={integration.id} integration={integration} setup={setup} />;
        })}
      </Box>
    </>
  );
}
