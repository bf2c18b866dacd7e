import { useQuery } from '@tanstack/react-query';
import { Box, Skeleton } from '@mui/material';
import { useCauseway } from '@causeway/react';
import { useIntegrations } from '../../api/queries.js';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { useReadiness } from '../health/use-readiness.js';
import { setupsQuery } from '../queries.js';
import { texts } from '../texts.js';
import { SetupCard } from './setup-card.js';

const GRID = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
};

export function SetupTab() {
  const integrations = useIntegrations();
  const setups = useQuery(setupsQuery(useCauseway()));
  const failed = [integrations, setups].find(({ isError }) => isError);
  const parts = useReadiness().data?.parts ?? {};
  return (
    <>
      <Hint>{texts.setup.intro}</Hint>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {(integrations.isPending || setups.isPending) && (
        <Skeleton variant="rounded" height={660} aria-label={texts.loading} />
      )}
      <Box sx={GRID}>
        {integrations.data?.map((integration) => {
          const setup = setups.data?.find((one) => one.integration === integration.id);
          const { status, detail } = parts[integration.id] ?? {};
          return (
            setup && (
              <SetupCard
                key={integration.id}
                integration={integration}
                setup={setup}
                rejection={status === 'failing' ? (detail ?? null) : null}
              />
            )
          );
        })}
      </Box>
    </>
  );
}
