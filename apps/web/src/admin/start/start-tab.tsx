import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { useIntegrations } from '../../api/queries.js';
import { Checklist } from './checklist.js';
import { ConnectLink } from './connect-link.js';
import { Snippets } from './snippets.js';

/** The user and the integration that were connected last, or made-up names: what the snippets begin with. */
export function StartTab() {
  const client = useCauseway();
  const integrations = useIntegrations().data ?? [];
  const newest = useQuery({
    queryKey: ['newest connection'],
    queryFn: async ({ signal }) => {
      const query = { limit: 1 };
      return (await unwrap(client.GET('/connections', { params: { query }, signal }))).connections[0] ?? null;
    },
  });
  if (newest.isPending) return null;
  const { orgId = 'acme', userId = 'ann', integration, id } = newest.data ?? {};
  const configured = integrations.filter((one) => one.configured);
  const example = {
    orgId,
    userId,
    integration: integration ?? (configured[0] ?? integrations[0])?.id ?? '',
    connectionId: id,
  };
  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' } }}
    >
      <Checklist isConfigured={configured.length > 0} />
      <ConnectLink integrations={configured} {...example} />
      <Box sx={{ gridColumn: '1 / -1' }}>
        <Snippets {...example} />
      </Box>
    </Box>
  );
}
