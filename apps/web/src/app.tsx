import { Box, Container, Paper, Typography } from '@mui/material';
import { useCaller, type Caller } from './access/caller.js';
import { useConnections, useIntegrations, type Who } from './api/queries.js';
import { problemOf } from './api/service-problem.js';
import { useLiveConnections } from './api/use-live-connections.js';
import type { Ending } from './connect/ending.js';
import { LeavingChoice, useLeaving } from './integrations/leaving.js';
import { IntegrationPicker, IntegrationPickerLoading } from './integrations/integration-picker.js';
import { PersonIcon } from './icons.js';
import { Nothing } from './layout/nothing.js';
import { OfflineNote } from './layout/offline-note.js';
import { SandboxNote } from './layout/sandbox-note.js';
import { changePlace, NOTHING_LOOKED_AT, usePlace } from './place/place.js';
import { namesOf, whoOf } from './place/who.js';
import { WhoForm } from './place/who-form.js';
import { ProblemAlert } from './problem/problem-alert.js';
import { texts } from './texts.js';
import { Workplace } from './workplace.js';

/** @param returned how the authorization ended that brought the person back here; `null`: none did */
export function App({ returned }: { returned: Ending | null }) {
  const owner = onlyOwner(useCaller());
  const place = usePlace();
  const integrations = useIntegrations();
  const sandbox = integrations.data?.some((integration) => integration.sandbox) ?? false;
  const who = integrations.data === undefined ? null : (owner ?? whoOf(place, sandbox));
  const connections = useConnections(who);
  const chosen = integrations.data?.find(({ id }) => id === place.integration) ?? integrations.data?.[0];

  useLiveConnections(who);
  const [leaving, leave] = useLeaving();
  const choose = (integration: string) => {
    if (chosen !== undefined && chosen.id !== integration)
      leave(chosen, connections.data?.filter((connection) => connection.integration === chosen.id) ?? []);
    changePlace({ integration, connection: null, ...NOTHING_LOOKED_AT }, 'push');
  };

  return (
    <Container
      component="main"
      maxWidth={false}
      sx={{ maxWidth: 1200, py: { xs: 2, sm: 3 }, display: 'grid', gap: 2.5 }}
    >
      {sandbox ? <SandboxNote /> : null}
      <OfflineNote />
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
        {integrations.data === undefined || owner !== null ? null : <WhoForm {...namesOf(place, sandbox)} />}
      </Box>
      {integrations.isError ? (
        <ProblemAlert problem={problemOf(integrations.error)} onRetry={() => void integrations.refetch()} />
      ) : integrations.data === undefined ? (
        <IntegrationPickerLoading />
      ) : (
        <IntegrationPicker
          integrations={integrations.data}
          // What is known is still shown where it cannot be read anew.
          connections={who === null ? null : (connections.data ?? (connections.isError ? null : undefined))}
          chosen={chosen?.id}
          onChoose={choose}
        />
      )}
      {who === null || integrations.data === undefined || integrations.data.length < 2 ? null : (
        <LeavingChoice leaving={leaving} />
      )}
      {integrations.data?.length === 0 ? <Typography>{texts.integrations.none}</Typography> : null}
      {who === null && integrations.data !== undefined ? (
        <Paper variant="outlined" role="status" sx={{ p: { xs: 2, sm: 3 } }}>
          <Nothing mark={<PersonIcon />} sentence={texts.who.missing} />
        </Paper>
      ) : null}
      {chosen === undefined || who === null ? null : (
        <Workplace integration={chosen} who={who} connections={connections} returned={returned} />
      )}
    </Container>
  );
}

/** Whose accounts these are, where who is calling may see no others; `null`: that can be chosen. */
function onlyOwner({ orgIds, userId }: Caller): Who | null {
  const [orgId, ...others] = orgIds ?? [];
  return orgId === undefined || others.length > 0 || userId === null ? null : { orgId, userId };
}
