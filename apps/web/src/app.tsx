import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Box, Container, Typography } from '@mui/material';
import { connectionsKey, useConnections, useIntegrations } from './api/queries.js';
import { problemOf } from './api/service-problem.js';
import { listenForClosing } from './connect/closing-message.js';
import type { Ending } from './connect/ending.js';
import { IntegrationPicker, IntegrationPickerLoading } from './integrations/integration-picker.js';
import { SandboxNote } from './layout/sandbox-note.js';
import { changePlace, usePlace } from './place/place.js';
import { namesOf, whoOf } from './place/who.js';
import { WhoForm } from './place/who-form.js';
import { ProblemAlert } from './problem/problem-alert.js';
import { texts } from './texts.js';
import { Workplace } from './workplace.js';

export function App({ returned }: { returned: Ending | null }) {
  const place = usePlace();
  const integrations = useIntegrations();
  const sandbox = integrations.data?.some((integration) => integration.sandbox) ?? false;
  const who = integrations.data === undefined ? null : whoOf(place, sandbox);
  const connections = useConnections(who);
  const chosen = integrations.data?.find(({ id }) => id === place.integration) ?? integrations.data?.[0];

  // Also what was connected in another tab.
  const queries = useQueryClient();
  useEffect(
    () => listenForClosing(window.location.origin, () => void queries.invalidateQueries({ queryKey: connectionsKey })),
    [queries],
  );

  return (
    <Container
      component="main"
      maxWidth={false}
      sx={{ maxWidth: 1200, py: { xs: 2, sm: 3 }, display: 'grid', gap: 2.5 }}
    >
      {sandbox ? <SandboxNote /> : null}
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
        {integrations.data === undefined ? null : <WhoForm {...namesOf(place, sandbox)} />}
      </Box>
      {integrations.isError ? (
        <ProblemAlert problem={problemOf(integrations.error)} onRetry={() => void integrations.refetch()} />
      ) : integrations.data === undefined ? (
        <IntegrationPickerLoading />
      ) : (
        <IntegrationPicker
          integrations={integrations.data}
          connections={who === null || connections.isError ? null : connections.data}
          chosen={chosen?.id}
          onChoose={(integration) => changePlace({ integration }, 'push')}
        />
      )}
      {integrations.data?.length === 0 ? <Typography>{texts.integrations.none}</Typography> : null}
      {who === null && integrations.data !== undefined ? (
        <Typography role="status">{texts.who.missing}</Typography>
      ) : null}
      {chosen === undefined || who === null ? null : (
        <Workplace integration={chosen} who={who} connections={connections} returned={returned} />
      )}
    </Container>
  );
}
