import { useEffect } from 'react';
import { Box, Container, Tab, Tabs, Typography } from '@mui/material';
import { QueryClient, QueryClientProvider, type Query } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { CausewayError, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { ProblemAlert } from '../layout/problem-alert.js';
import { useCaller } from '../session/caller.js';
import { ConnectionsTab } from './connections/connections-tab.js';
import { HealthTab } from './health/health-tab.js';
import { KeysTab } from './keys/keys-tab.js';
import { ActivityTab, AuditTab } from './logs/tabs.js';
import { SetupTab } from './setup/setup-tab.js';
import { StartTab } from './start/start-tab.js';
import { SyncsTab } from './syncs/syncs-tab.js';
import { WebhooksTab } from './webhooks/webhooks-tab.js';

const TABS = [
  { id: 'start', name: 'Get started', scope: 'admin', Content: StartTab },
  { id: 'connections', name: 'Connections', scope: 'connections:read', Content: ConnectionsTab },
  { id: 'syncs', name: 'Syncs', scope: 'syncs:read', Content: SyncsTab },
  { id: 'webhooks', name: 'Webhooks', scope: 'webhooks:read', Content: WebhooksTab },
  { id: 'activity', name: 'Activity', scope: 'connections:read', Content: ActivityTab },
  { id: 'keys', name: 'API keys', scope: 'admin', Content: KeysTab },
  { id: 'audit', name: 'Audit log', scope: 'admin', Content: AuditTab },
  { id: 'health', name: 'Health', scope: 'connections:read', Content: HealthTab },
  { id: 'setup', name: 'Integrations', scope: 'admin', Content: SetupTab },
] as const;

const DEFAULT = TABS[1];

const FORBIDDEN = 'This page is for administrators';
const FOR_USERS =
  'You are signed in as one user, who sees the Accounts page. To administer this service, sign out and sign in with a key.';
const FOR_KEYS =
  'Your key does not give access to it. Go back to Accounts, or sign out and sign in with a key that has the scope admin.';

const COLUMN = { display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' };

/** The only page with this cache: what the Accounts page shows is kept up to date by its hooks. */
export default function AdminPage() {
  const caller = useCaller();
  const queryClient = queryClientOf(useCauseway());
  // Whoever has signed in again gets what was refused before.
  useEffect(() => void queryClient.invalidateQueries(), [queryClient, caller]);
  const [params, setParams] = useSearchParams();
  const isSession = caller.kind === 'session';
  const tabs = isSession ? [] : TABS.filter(({ scope }) => caller.scopes.includes(scope));
  const wanted = TABS.find(({ id }) => id === params.get('tab')) ?? DEFAULT;
  const selected = tabs.find((tab) => tab === wanted);
  return (
    <QueryClientProvider client={queryClient}>
      <title>{`${(selected ?? DEFAULT).name} – Causeway`}</title>
      <Container component="main" maxWidth={false} sx={{ ...COLUMN, maxWidth: 1500, py: { xs: 2, sm: 3 } }}>
        <Typography variant="h2">Admin</Typography>
        <Box sx={{ borderBottom: 1, borderColor: 'divider' }} hidden={tabs.length === 0}>
          <Tabs
            value={selected?.id ?? false}
            // The other parameters belong to the tab before.
            onChange={(_, tab: string) => setParams(tab === DEFAULT.id ? {} : { tab })}
            variant="scrollable"
            // Where not all tabs fit, also on phones. With "auto", the buttons come later and hide the selected tab.
            scrollButtons
            allowScrollButtonsMobile
            sx={{ '& .MuiTabs-scrollButtons': { display: { lg: 'none' } } }}
            aria-label="Admin"
          >
            {tabs.map(({ id, name }) => (
              <Tab key={id} value={id} label={name} id={`tab-${id}`} aria-controls={`panel-${id}`} />
            ))}
          </Tabs>
        </Box>
        {selected ? (
          <Box
            role="tabpanel"
            id={`panel-${selected.id}`}
            aria-labelledby={`tab-${selected.id}`}
            sx={{ ...COLUMN, minHeight: '60vh', alignContent: 'start' }}
          >
            <selected.Content />
          </Box>
        ) : (
          <ProblemAlert severity="info" problem={{ title: FORBIDDEN, detail: isSession ? FOR_USERS : FOR_KEYS }} />
        )}
      </Container>
    </QueryClientProvider>
  );
}

const RETRY_MS = 4_000;

const queryClients = new WeakMap<CausewayClient, QueryClient>();

/** A cache for each caller, who has a client of their own: nobody else sees what was loaded. */
function queryClientOf(client: CausewayClient): QueryClient {
  const queryClient = queryClients.get(client) ?? createQueryClient();
  queryClients.set(client, queryClient);
  return queryClient;
}

const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      // A problem is shown at once instead of after retries. `always`: the service may be on this machine, which needs no network.
      queries: { retry: false, networkMode: 'always', staleTime: 5_000, refetchInterval: retryWhenStale },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

/** Data on the screen that could not be refreshed is refreshed later; where there is no data yet, the user presses "Try again". */
function retryWhenStale({ state }: Query): number | false {
  if (state.status !== 'error' || state.data === undefined) return false;
  const status = state.error instanceof CausewayError ? (state.error.problem.status ?? 0) : 0;
  return status >= 400 && status < 500 ? false : RETRY_MS;
}
