import { Alert, Box, Chip, Link, Paper, Typography } from '@mui/material';
import type { Integration } from '@causeway/client';
import { ScopeList } from '../../connection/scope-list.js';
import { OpenIcon } from '../../icons.js';
import { IntegrationMark } from '../../integrations/integration-mark.js';
import { Facts } from '../../layout/facts.js';
import { CopyButton } from '../copy-button.js';
import { texts } from '../texts.js';
import type { Setup } from './use-setups.js';

const words = texts.setup;
const COLORS = { configured: 'success', missing: 'default', sandbox: 'info', refused: 'error' } as const;

interface SetupCardProps {
  integration: Integration;
  setup: Setup | undefined;
  /** Why the provider does not take our client id or secret, if it does not. */
  refusal: string | null;
}

export function SetupCard({ integration, setup, refusal }: SetupCardProps) {
  const { id, name, docsUrl, scopes, itemTypes, configured, sandbox } = integration;
  const state = refusal !== null ? 'refused' : sandbox ? 'sandbox' : configured ? 'configured' : 'missing';
  const client = sandbox ? words.clientSandbox : configured ? words.clientSet : words.clientMissing(id.toUpperCase());
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={`setup-${id}`}
      sx={{ p: { xs: 2, sm: 3 }, display: 'grid', gap: 2, alignContent: 'start', minWidth: 0 }}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <IntegrationMark integration={integration} size={32} />
        <Typography variant="h3" id={`setup-${id}`} sx={{ flex: 1 }}>
          {name}
        </Typography>
        <Chip size="small" variant="outlined" color={COLORS[state]} label={words.states[state]} />
      </Box>
      {refusal === null ? null : <Alert severity="error">{refusal}</Alert>}
      <Facts
        stacked
        facts={[
          [words.client, client],
          [
            words.redirectUri,
            <Box
              key="redirect"
              sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 1, alignItems: 'center' }}
            >
              <Box component="code" sx={{ flex: { xs: '1 1 100%', sm: 1 }, overflowWrap: 'anywhere' }}>
                {setup?.redirectUri ?? texts.none}
              </Box>
              {setup === undefined ? null : (
                <CopyButton
                  text={setup.redirectUri}
                  label={words.copyRedirectUri(name)}
                  size="small"
                  variant="outlined"
                />
              )}
            </Box>,
          ],
          [
            words.scopes,
            scopes.length === 0 ? (
              words.noScopes
            ) : (
              <ScopeList key="scopes" scopes={scopes} label={words.scopes} named />
            ),
          ],
          [words.apiUrl, <code key="api">{setup?.apiUrl ?? texts.none}</code>],
          [words.itemTypes, itemTypes.join(', ')],
        ]}
      />
      <Link href={docsUrl} target="_blank" rel="noreferrer" variant="body2" sx={{ justifySelf: 'start' }}>
        {words.register(name)} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
      </Link>
    </Paper>
  );
}
