import { lazy, useEffect, useState } from 'react';
import { Alert, AlertTitle, Box, Skeleton, Typography } from '@mui/material';
import { useAccounts } from '@causeway/react';
import type { RedirectResult } from '@causeway/client/browser';
import { PersonIcon } from './icons.js';
import type { Switched } from './integrations/disconnect-on-switch.js';
import { disconnectsOnSwitch } from './integrations/disconnect-setting.js';
import { IntegrationPicker } from './integrations/integration-picker.js';
import { EmptyState, LiveRegion } from './layout/content.js';
import { LazyContent } from './layout/lazy-content.js';
import { ProblemAlert } from './layout/problem-alert.js';
import { useOnline } from './layout/use-online.js';
import { selectAccount, usePageParams } from './routing/search-params.js';
import { useCaller, type Caller } from './session/caller.js';
import { texts } from './texts.js';
import { isId, userIdsOf, type User } from './user/user.js';

/** What the integrations do not wait for: they are shown first. */
const AccountView = lazy(() => import('./account-view.js'));
const UserForm = lazy(() => import('./user/user-form.js'));
const DisconnectOnSwitch = lazy(() => import('./integrations/disconnect-on-switch.js'));

export function AccountsPage({ redirectResult }: { redirectResult: RedirectResult | null }) {
  const caller = useCaller();
  const [session] = useState(caller);
  const sessionUser = sessionUserOf(caller);
  const params = usePageParams();
  const online = useOnline();
  const [switched, setSwitched] = useState<Switched | null>(null);
  const ids = sessionUser ?? userIdsOf(params, caller.kind === 'anyone');
  const user = isId(ids.orgId) && isId(ids.userId) ? ids : null;
  const accounts = useAccounts({
    details: true,
    // A session is an end customer's: it is offered no integration that the operator has yet to set up.
    unconfigured: caller.kind !== 'session',
    session,
    orgId: user?.orgId ?? null,
    userId: user?.userId ?? null,
    redirected: redirectResult && { ...redirectResult, integration: params.integration ?? '' },
  });
  const { integrations, connections, problem, reload } = accounts;
  const named = integrations?.find(({ id }) => id === params.integration);
  const isUnknown = integrations !== undefined && params.integration !== null && named === undefined;
  const selected = isUnknown ? undefined : (named ?? integrations?.[0]);

  useEffect(() => {
    // Whoever has signed in again gets what was refused before.
    if (caller !== session) void reload();
  }, [caller, session, reload]);

  const select = (integration: string) => {
    const left = connections?.filter((connection) => connection.integration === selected?.id) ?? [];
    const asks = selected && selected.id !== integration && left.length > 0 && disconnectsOnSwitch();
    if (asks) setSwitched({ from: selected, connections: left, to: integration });
    else selectAccount({ integration });
  };

  return (
    <Box component="main" sx={PAGE}>
      <Box sx={RAIL}>
        <Typography variant="h2" className="visually-hidden">
          Accounts
        </Typography>
        {sessionUser === null && (
          <LazyContent fallback={<Skeleton sx={{ height: { xs: 40, md: 90 } }} />}>
            <UserForm {...ids} />
          </LazyContent>
        )}
        {(integrations || problem === null) && (
          <IntegrationPicker
            integrations={integrations}
            // After an error, the last known connections are still shown.
            connections={user && (connections ?? (problem ? null : undefined))}
            selected={selected?.id}
            onSelect={select}
          />
        )}
        {user !== null && (integrations?.length ?? 0) > 1 && (
          <LazyContent fallback={<Box sx={{ height: 40 }} />}>
            <DisconnectOnSwitch accounts={accounts} switched={switched} selected={selected?.id} />
          </LazyContent>
        )}
      </Box>
      <Box sx={CONTENT}>
        {integrations?.some(({ sandbox }) => sandbox) && <SandboxNote />}
        <LiveRegion>
          {!online && (
            <Alert severity="warning">
              You are offline. What you see may be out of date; it is updated when you are online again.
            </Alert>
          )}
        </LiveRegion>
        {problem !== null && (connections === undefined || online) && (
          <ProblemAlert title={connections && 'What you see may be out of date'} problem={problem} onRetry={reload} />
        )}
        {integrations?.length === 0 && <Typography>This service has no integrations.</Typography>}
        {isUnknown && (
          <Alert severity="warning" role="alert">
            <AlertTitle>{`There is no integration “${params.integration ?? ''}”`}</AlertTitle>
            The link may be old or mistyped. Select an integration from the list.
          </Alert>
        )}
        {user === null && integrations !== undefined && (
          <Box role="status">
            <EmptyState icon={<PersonIcon />} text="Enter an organization and a user to see their accounts." />
          </Box>
        )}
        {selected !== undefined && user !== null && (connections !== undefined || problem === null) && (
          <LazyContent fallback={<Skeleton height={160} aria-label={texts.status.loading} />}>
            <AccountView
              key={`${selected.id} ${user.orgId} ${user.userId}`}
              integration={selected}
              user={user}
              accounts={accounts}
            />
          </LazyContent>
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
        Sandbox mode.
      </Box>{' '}
      You are using built-in mock providers with made-up data. Nothing leaves this computer.
    </Typography>
  );
}

/** The only user whose accounts the caller may see; `null`: the caller can select one. */
function sessionUserOf({ orgIds, userId }: Caller): User | null {
  const [orgId, ...others] = orgIds ?? [];
  return orgId === undefined || others.length > 0 || userId === null ? null : { orgId, userId };
}
