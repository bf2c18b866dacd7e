import { Alert, Box, Button, Chip, Link } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap, type Integration } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { OpenIcon } from '../../icons.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { DescriptionList } from '../../layout/description-list.js';
import { LiveRegion } from '../../layout/live-region.js';
import { Panel } from '../../layout/panel.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { CopyField } from '../copy-field.js';
import { readinessKey } from '../health/use-readiness.js';
import type { setupsQuery } from '../queries.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = texts.setup;
const COLORS = { configured: 'success', missing: 'default', sandbox: 'info', rejected: 'error' } as const;
const SEVERITIES = { ok: 'success', warn: 'warning', fail: 'error' } as const;

type Setup = Awaited<ReturnType<NonNullable<ReturnType<typeof setupsQuery>['queryFn']>>>[number];

interface SetupCardProps {
  integration: Integration;
  setup: Setup;
  /** Why the provider rejects the client id or secret, if it does. */
  rejection: string | null;
}

export function SetupCard({ integration, setup, rejection }: SetupCardProps) {
  const { id, name, docsUrl, scopes, itemTypes, configured, sandbox } = integration;
  const client = useCauseway();
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/integrations/{integration}/test', { params: { path: { integration: id } } })),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: readinessKey }),
  });
  const state = rejection !== null ? 'rejected' : sandbox ? 'sandbox' : configured ? 'configured' : 'missing';
  return (
    <Panel
      id={`setup-${id}`}
      title={name}
      level="h3"
      icon={<IntegrationAvatar integration={integration} size={32} />}
      action={<Chip size="small" variant="outlined" color={COLORS[state]} label={labels.states[state]} />}
    >
      {rejection !== null && <Alert severity="error">{rejection}</Alert>}
      <Box component="details" open={!configured}>
        <summary>{labels.howTo}</summary>
        <Box component="ol" sx={{ pl: 3, pt: 1, display: 'grid', gap: 0.5, listStyle: 'decimal', typography: 'body2' }}>
          <li>
            <Link href={setup.registerUrl} target="_blank" rel="noreferrer">
              {labels.open(name)} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
            </Link>
          </li>
          {setup.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
          <li>{labels.setClient(id.toUpperCase())}</li>
        </Box>
      </Box>
      <DescriptionList
        stacked
        entries={[
          [labels.redirectUri, <CopyField text={setup.redirectUri} label={labels.redirectUriOf(name)} />],
          [
            labels.scopes,
            scopes.length === 0 ? labels.noScopes : <CopyField text={scopes.join(' ')} label={labels.scopesOf(name)} />,
          ],
          [
            labels.webhooks,
            <>
              {setup.webhookReady ? labels.webhookStates.ready : labels.webhookStates.missing(setup.webhookVariable)}
              <CopyField text={setup.webhookUrl} label={labels.webhookUrlOf(name)} />
            </>,
          ],
          [labels.client, sandbox ? labels.clientSandbox : configured ? labels.clientSet : labels.clientMissing],
          [labels.apiUrl, <code>{setup.apiUrl}</code>],
          [labels.itemTypes, itemTypes.join(', ')],
        ]}
      />
      <details>
        <summary>{labels.webhooksHowTo}</summary>
        <Box component="ol" sx={{ pl: 3, pt: 1, display: 'grid', gap: 0.5, listStyle: 'decimal', typography: 'body2' }}>
          {setup.webhookSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </Box>
      </details>
      {setup.verificationTokens.length > 0 && (
        <Alert severity="warning">
          {labels.tokens}
          {setup.verificationTokens.map(({ token, receivedAt }) => (
            <Box key={token}>
              <RelativeTime time={receivedAt} />
              <CopyField text={token} label={labels.tokenOf(name)} />
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
        <Link href={docsUrl} target="_blank" rel="noreferrer" variant="body2">
          {labels.docs(name)} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
        </Link>
      </Box>
    </Panel>
  );
}
