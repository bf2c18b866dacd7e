import { useEffect } from 'react';
import { Box, Container, Tab, Tabs, Typography } from '@mui/material';
import { useCaller } from '../access/caller.js';
import { changeParameters, useParameters } from '../place/address.js';
import { ProblemAlert } from '../problem/problem-alert.js';
import { ConnectionsTab } from './connections/connections-tab.js';
import { HealthTab } from './health/health-tab.js';
import { KeysTab } from './keys/keys-tab.js';
import { SetupTab } from './setup/setup-tab.js';
import { texts } from './texts.js';

const TABS = [
  { id: 'connections', scope: 'connections:read', Content: ConnectionsTab },
  { id: 'keys', scope: 'admin', Content: KeysTab },
  { id: 'health', scope: 'connections:read', Content: HealthTab },
  { id: 'setup', scope: 'admin', Content: SetupTab },
] as const;

export default function AdminPage() {
  const { scopes, kind } = useCaller();
  const parameters = useParameters();
  // Somebody's session is for their own accounts; how the service is doing is for those who run it.
  const offered = TABS.filter(
    ({ id, scope }) => scopes.includes(scope) && (kind !== 'session' || id === 'connections'),
  );
  const wanted = parameters.get('tab') ?? TABS[0].id;
  const chosen = offered.find(({ id }) => id === wanted);
  const name = texts.tabs[chosen?.id ?? TABS[0].id];

  useEffect(() => {
    const before = document.title;
    document.title = texts.documentTitle(name);
    return () => {
      document.title = before;
    };
  }, [name]);

  return (
    <Container
      component="main"
      maxWidth={false}
      sx={{ maxWidth: 1500, py: { xs: 2, sm: 3 }, display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <Typography variant="h2">{texts.title}</Typography>
      <Box sx={{ borderBottom: 1, borderColor: 'divider' }}>
        <Tabs
          value={chosen?.id ?? false}
          onChange={(_, tab: string) => changeParameters(only({ tab: tab === TABS[0].id ? null : tab }), 'push')}
          variant="scrollable"
          scrollButtons={false}
          aria-label={texts.title}
        >
          {offered.map(({ id }) => (
            <Tab
              key={id}
              value={id}
              label={texts.tabs[id]}
              id={`tab-${id}`}
              aria-controls={`panel-${id}`}
              sx={{ textTransform: 'none', fontWeight: 600 }}
            />
          ))}
        </Tabs>
      </Box>
      {chosen === undefined ? (
        <ProblemAlert problem={texts.notAllowed} />
      ) : (
        <Box
          role="tabpanel"
          id={`panel-${chosen.id}`}
          aria-labelledby={`tab-${chosen.id}`}
          sx={{
            display: 'grid',
            gap: 2,
            gridTemplateColumns: 'minmax(0, 1fr)',
            minHeight: '60vh',
            alignContent: 'start',
          }}
        >
          <chosen.Content />
        </Box>
      )}
    </Container>
  );
}

/** What the address said of the tab before is not for the next one. */
function only(change: Record<string, string | null>): Record<string, string | null> {
  const names = [...new URLSearchParams(window.location.search).keys()];
  return { ...Object.fromEntries(names.map((name) => [name, null])), ...change };
}
