import { Alert, Box, Chip, Link } from '@mui/material';
import type { Integration } from '@causeway/client';
import { ScopeList } from '../../connection/scope-list.js';
import { OpenIcon } from '../../icons.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { DescriptionList } from '../../layout/description-list.js';
import { Panel } from '../../layout/panel.js';
import { CopyButton } from '../../layout/copy-button.js';
import { texts } from '../texts.js';

const labels = texts.setup;
const COLORS = { configured: 'success', missing: 'default', sandbox: 'info', rejected: 'error' } as const;

interface SetupCardProps {
  integration: Integration;
  /** `undefined`: it could not be loaded. */
  setup: { redirectUri: string; apiUrl: string } | undefined;
  /** Why the provider rejects the client id or secret, if it does. */
  rejection: string | null;
}

export function SetupCard({ integration, setup, rejection }: SetupCardProps) {
  const { id, name, docsUrl, scopes, itemTypes, configured, sandbox } = integration;
  const state = rejection !== null ? 'rejected' : sandbox ? 'sandbox' : configured ? 'configured' : 'missing';
  const client = sandbox
    ? labels.clientSandbox
    : configured
      ? labels.clientSet
      : labels.clientMissing(id.toUpperCase());
  return (
    <Panel
      id={`setup-${id}`}
      title={name}
      level="h3"
      icon={<IntegrationAvatar integration={integration} size={32} />}
      action={<Chip size="small" variant="outlined" color={COLORS[state]} label={labels.states[state]} />}
    >
      {rejection !== null && <Alert severity="error">{rejection}</Alert>}
      <DescriptionList
        stacked
        entries={[
          [labels.client, client],
          [
            labels.redirectUri,
            <Box sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 1, alignItems: 'center' }}>
              <Box component="code" sx={{ flex: { xs: '1 1 100%', sm: 1 }, overflowWrap: 'anywhere' }}>
                {setup?.redirectUri ?? texts.none}
              </Box>
              {setup && (
                <CopyButton
                  text={setup.redirectUri}
                  label={labels.copyRedirectUri(name)}
                  size="small"
                  variant="outlined"
                />
              )}
            </Box>,
          ],
          [labels.scopes, scopes.length === 0 ? labels.noScopes : <ScopeList scopes={scopes} label={labels.scopes} />],
          [labels.apiUrl, <code>{setup?.apiUrl ?? texts.none}</code>],
          [labels.itemTypes, itemTypes.join(', ')],
        ]}
      />
      <Link href={docsUrl} target="_blank" rel="noreferrer" variant="body2" sx={{ justifySelf: 'start' }}>
        {labels.register(name)} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
      </Link>
    </Panel>
  );
}
