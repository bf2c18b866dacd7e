import { useEffect } from 'react';
import { Box, Container, Tab, Tabs, Typography } from '@mui/material';
import { useSearchParams } from 'wouter';
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
import { texts } from './texts.js';

const DEFAULT = 'connections';

const TABS = [
  { id: 'start', scope: 'admin', Content: StartTab },
  { id: 'connections', scope: 'connections:read', Content: ConnectionsTab },
  { id: 'syncs', scope: 'syncs:read', Content: SyncsTab },
  { id: 'webhooks', scope: 'webhooks:read', Content: WebhooksTab },
  { id: 'activity', scope: 'connections:read', Content: ActivityTab },
  { id: 'keys', scope: 'admin', Content: KeysTab },
  { id: 'audit', scope: 'admin', Content: AuditTab },
  { id: 'health', scope: 'connections:read', Content: HealthTab },
  { id: 'setup', scope: 'admin', Content: SetupTab },
] as const;

const COLUMN = { display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' };

export default function AdminPage() {
  const { scopes, kind } = useCaller();
  const [params, setParams] = useSearchParams();
  const tabs = kind === 'session' ? [] : TABS.filter(({ scope }) => scopes.includes(scope));
  const wanted = TABS.find(({ id }) => id === params.get('tab'))?.id ?? DEFAULT;
  const selected = tabs.find(({ id }) => id === wanted);
  const name = texts.tabs[selected?.id ?? DEFAULT];

  useEffect(() => {
    const title = document.title;
    document.title = `${name} – Causeway`;
    return () => {
      document.title = title;
    };
  }, [name]);

  return (
    <Container component="main" maxWidth={false} sx={{ ...COLUMN, maxWidth: 1500, py: { xs: 2, sm: 3 } }}>
      <Typography variant="h2">{texts.title}</Typography>
      <Box sx={{ borderBottom: 1, borderColor: 'divider' }} hidden={tabs.length === 0}>
        <Tabs
          value={selected?.id ?? false}
          // The other parameters belong to the tab before.
          onChange={(_, tab: string) => setParams(tab === DEFAULT ? {} : { tab })}
          variant="scrollable"
          // Where not all tabs fit, also on phones. With "auto", the buttons come later and hide the selected tab.
          scrollButtons
          allowScrollButtonsMobile
          sx={{ '& .MuiTabs-scrollButtons': { display: { lg: 'none' } } }}
          aria-label={texts.title}
        >
          {tabs.map(({ id }) => (
            <Tab key={id} value={id} label={texts.tabs[id]} id={`tab-${id}`} aria-controls={`panel-${id}`} />
          ))}
        </Tabs>
      </Box>
      {selected === undefined ? (
        <ProblemAlert
          severity="info"
          problem={{ title: texts.forbidden, detail: kind === 'session' ? texts.forUsers : texts.forKeys }}
        />
      ) : (
        <Box
          role="tabpanel"
          id={`panel-${selected.id}`}
          aria-labelledby={`tab-${selected.id}`}
          sx={{ ...COLUMN, minHeight: '60vh', alignContent: 'start' }}
        >
          <selected.Content />
        </Box>
      )}
    </Container>
  );
}
