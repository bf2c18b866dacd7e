import { Alert, AlertTitle, Box, Typography } from '@mui/material';
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
  const named = integrations.data?.find(({ id }) => id === params.integration);
  const isUnknown = integrations.data !== undefined && params.integration !== null && named === undefined;
  const selected = isUnknown ? undefined : (named ?? integrations.data?.[0]);

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
    <Box component="main" sx={PAGE}>
      <Box sx={RAIL}>
        <Typography variant="h2" className="visually-hidden">
          {texts.integrations.title}
        </Typography>
        {integrations.data !== undefined && sessionUser === null && <UserForm {...ids} />}
        {integrations.data !== undefined ? (
          <IntegrationPicker
            integrations={integrations.data}
            // After an error, the last known connections are still shown.
            connections={user && (connections.data ?? (connections.isError ? null : undefined))}
            selected={selected?.id}
            onSelect={select}
          />
        ) : (
          !integrations.isError && <IntegrationPickerLoading />
        )}
        {user !== null && (integrations.data?.length ?? 0) > 1 && <DisconnectOnSwitch {...disconnectOnSwitch} />}
      </Box>
      <Box sx={CONTENT}>
        {sandbox && <SandboxNote />}
        <LiveRegion>{!online && <Alert severity="warning">{texts.problem.offline}</Alert>}</LiveRegion>
        {integrations.isError && (
          <ProblemAlert problem={problemOf(integrations.error)} onRetry={integrations.refetch} />
        )}
        {integrations.data?.length === 0 && <Typography>{texts.integrations.none}</Typography>}
        {isUnknown && (
          <Alert severity="warning" role="alert">
            <AlertTitle>{texts.integrations.unknown(params.integration ?? '')}</AlertTitle>
            {texts.integrations.unknownDetail}
          </Alert>
        )}
        {user === null && integrations.data !== undefined && (
          <Box role="status">
            <EmptyState icon={<PersonIcon />} text={texts.user.missing} />
          </Box>
        )}
        {selected !== undefined && user !== null && (
          <AccountView integration={selected} user={user} connections={connections} redirectResult={redirectResult} />
        )}
      </Box>
    </Box>
  );
}

/** As high as the window below the header. */
const PAGE = {
  display: 'grid',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '196px minmax(0, 1fr)' },
  gridTemplateRows: { xs: 'auto 1fr', md: '1fr' },
  minHeight: 'calc(100dvh - 49px)',
};

const RAIL = {
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr)',
  alignContent: 'start',
  gap: 2,
  px: { xs: 2, md: 1.5 },
  pt: 2,
  pb: { md: 2 },
  borderRight: { md: 1 },
  borderColor: { md: 'divider' },
};

const CONTENT = { display: 'flex', flexDirection: 'column', gap: 1.25, minWidth: 0, px: { xs: 2, sm: 2.5 }, py: 1.5 };

/** Always visible, so that nobody takes an invented account for their own. */
function SandboxNote() {
  return (
    <Typography role="note" variant="caption" sx={{ color: 'text.secondary' }}>
      <Box component="strong" sx={{ color: 'warning.main' }}>
        {texts.sandbox.title}
      </Box>{' '}
      {texts.sandbox.detail}
    </Typography>
  );
}

/** The only user whose accounts the caller may see; `null`: the caller can select one. */
function sessionUserOf({ orgIds, userId }: Caller): User | null {
  const [orgId, ...others] = orgIds ?? [];
  return orgId === undefined || others.length > 0 || userId === null ? null : { orgId, userId };
}
