import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Alert, AlertTitle, Box, Skeleton, Typography } from '@mui/material';
import { useAccounts } from '@causeway/react';
import type { RedirectResult } from '@causeway/client/browser';
import { forUsers } from './api/client.js';
import { PersonIcon } from './icons.js';
import type { Switched } from './integrations/disconnect-on-switch.js';
import { disconnectsOnSwitch } from './integrations/disconnect-setting.js';
import { IntegrationPicker, IntegrationPickerLoading } from './integrations/integration-picker.js';
import { EmptyState, LiveRegion } from './layout/content.js';
import { ErrorBoundary } from './layout/error-boundary.js';
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

  const lastCaller = useRef(caller);
  useEffect(() => {
    // Whoever has signed in again gets what was refused before.
    if (lastCaller.current !== caller) void reload();
    lastCaller.current = caller;
  }, [caller, reload]);

  const select = (integration: string) => {
    const proceed = () => selectAccount({ integration });
    if (selected === undefined || selected.id === integration) return proceed();
    const left = connections?.filter((connection) => connection.integration === selected.id) ?? [];
    if (left.length === 0 || !disconnectsOnSwitch()) return proceed();
    setSwitched({ integration: selected, connections: left, proceed });
  };

  return (
    <Box component="main" sx={PAGE}>
      <Box sx={RAIL}>
        <Typography variant="h2" className="visually-hidden">
          Accounts
        </Typography>
        {sessionUser === null && (
          <ErrorBoundary>
            <Suspense fallback={<Skeleton sx={{ height: { xs: 40, md: 90 } }} />}>
              <UserForm {...ids} />
            </Suspense>
          </ErrorBoundary>
        )}
        {integrations !== undefined ? (
          <IntegrationPicker
            integrations={integrations}
            // After an error, the last known connections are still shown.
            connections={user && (connections ?? (problem ? null : undefined))}
            selected={selected?.id}
            onSelect={select}
          />
        ) : (
          problem === null && <IntegrationPickerLoading />
        )}
        {user !== null && (integrations?.length ?? 0) > 1 && (
          <Suspense fallback={<Box sx={{ height: 40 }} />}>
            <DisconnectOnSwitch accounts={accounts} switched={switched} selected={selected?.id} />
          </Suspense>
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
          <ProblemAlert
            problem={{
              ...forUsers(problem),
              ...(connections !== undefined && { title: 'What you see may be out of date' }),
            }}
            onRetry={reload}
          />
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
          <ErrorBoundary>
            <Suspense fallback={<Skeleton height={160} aria-label={texts.status.loading} />}>
              <AccountView
                key={`${selected.id} ${user.orgId} ${user.userId}`}
                integration={selected}
                user={user}
                accounts={accounts}
              />
            </Suspense>
          </ErrorBoundary>
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
