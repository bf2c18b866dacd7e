import { Alert, Box, Container, Paper, Typography } from '@mui/material';
import { useConnectionEvents } from '@causeway/react';
import type { RedirectResult } from '@causeway/client/browser';
import { AccountView } from './account-view.js';
import { problemOf } from './api/client.js';
import { useIntegrations, useInvalidateConnections, useUserConnections } from './api/queries.js';
import { PersonIcon } from './icons.js';
import { DisconnectOnSwitch, useDisconnectOnSwitch } from './integrations/disconnect-on-switch.js';
import { IntegrationPicker, IntegrationPickerLoading } from './integrations/integration-picker.js';
import { EmptyState } from './layout/empty-state.js';
import { LiveRegion } from './layout/live-region.js';
import { ProblemAlert } from './layout/problem-alert.js';
import { useOnline } from './layout/use-online.js';
import { selectAccount, usePageParams } from './routing/search-params.js';
import { useCaller, type Caller } from './session/caller.js';
import { texts } from './texts.js';
import { UserForm } from './user/user-form.js';
import { isId, userIdsOf, type User } from './user/user.js';

export function AccountsPage({ redirectResult }: { redirectResult: RedirectResult | null }) {
  const sessionUser = sessionUserOf(useCaller());
  const params = usePageParams();
  const online = useOnline();
  const integrations = useIntegrations();
  const sandbox = integrations.data?.some((integration) => integration.sandbox) ?? false;
  const ids = sessionUser ?? userIdsOf(params, sandbox);
  const user = integrations.data !== undefined && isId(ids.orgId) && isId(ids.userId) ? ids : null;
  const connections = useUserConnections(user);
  const selected = integrations.data?.find(({ id }) => id === params.integration) ?? integrations.data?.[0];

  const invalidateConnections = useInvalidateConnections();
  useConnectionEvents(user, () => void invalidateConnections());
  const disconnectOnSwitch = useDisconnectOnSwitch();
  const select = (integration: string) => {
    const proceed = () => selectAccount({ integration });
    if (selected === undefined || selected.id === integration) return proceed();
    const left = connections.data?.filter((connection) => connection.integration === selected.id) ?? [];
    disconnectOnSwitch.onSwitch({ integration: selected, connections: left, proceed });
  };

  return (
    <Container
      component="main"
      maxWidth={false}
      sx={{ maxWidth: 1200, py: { xs: 2, sm: 3 }, display: 'grid', gap: 2.5 }}
    >
      {sandbox && <SandboxNote />}
      <LiveRegion>{!online && <Alert severity="warning">{texts.problem.offline}</Alert>}</LiveRegion>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          gap: 2,
          minHeight: 40,
          alignItems: 'center',
          justifyContent: 'space-between',
        }}
      >
        <Typography variant="h2">{texts.integrations.title}</Typography>
        {integrations.data !== undefined && sessionUser === null && <UserForm {...ids} />}
      </Box>
      {integrations.isError ? (
        <ProblemAlert problem={problemOf(integrations.error)} onRetry={integrations.refetch} />
      ) : integrations.data === undefined ? (
        <IntegrationPickerLoading />
      ) : (
        <IntegrationPicker
          integrations={integrations.data}
          // After an error, the last known connections are still shown.
          connections={user && (connections.data ?? (connections.isError ? null : undefined))}
          selected={selected?.id}
          onSelect={select}
        />
      )}
      {user !== null && (integrations.data?.length ?? 0) > 1 && <DisconnectOnSwitch {...disconnectOnSwitch} />}
      {integrations.data?.length === 0 && <Typography>{texts.integrations.none}</Typography>}
      {user === null && integrations.data !== undefined && (
        <Paper variant="outlined" role="status" sx={{ p: { xs: 2, sm: 3 } }}>
          <EmptyState icon={<PersonIcon />} text={texts.user.missing} />
        </Paper>
      )}
      {selected !== undefined && user !== null && (
        <AccountView integration={selected} user={user} connections={connections} redirectResult={redirectResult} />
      )}
    </Container>
  );
}

/** Always visible, so that nobody takes an invented account for their own. */
function SandboxNote() {
  return (
    <Box
      role="note"
      sx={{
        borderRadius: 1,
        border: '1px dashed',
        borderColor: 'warning.main',
        px: 2,
        py: 1,
        bgcolor: 'background.paper',
      }}
    >
      <Typography variant="body2">
        <Box component="strong" sx={{ color: 'warning.main' }}>
          {texts.sandbox.title}
        </Box>{' '}
        {texts.sandbox.detail}
      </Typography>
    </Box>
  );
}

/** The only user whose accounts the caller may see; `null`: the caller can select one. */
function sessionUserOf({ orgIds, userId }: Caller): User | null {
  const [orgId, ...others] = orgIds ?? [];
  return orgId === undefined || others.length > 0 || userId === null ? null : { orgId, userId };
}
