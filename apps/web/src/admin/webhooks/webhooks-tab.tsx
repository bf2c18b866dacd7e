import { useState } from 'react';
import { Box, Button, Chip, Link, Paper, Skeleton, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DrawerContent, SideDrawer } from '../../layout/side-drawer.js';
import { useMay } from '../../session/caller.js';
import { DataTable, type Column } from '../data-table.js';
import { endpointsQuery, type WebhookEndpoint } from '../queries.js';
import { RelativeTime } from '../relative-time.js';
import { Secondary } from '../secondary.js';
import { texts } from '../texts.js';
import { EndpointView } from './endpoint-view.js';
import { NewEndpointDialog } from './new-endpoint-dialog.js';

const labels = texts.webhooks;
const COLORS = { active: 'success', failing: 'warning', disabled: 'default' } as const;

const columnsOf = (onOpen: (id: string) => void) =>
  [
    {
      label: labels.columns.url,
      cell: ({ id, url, description }) => (
        <>
          <Link
            component="button"
            sx={{ textAlign: 'left', fontWeight: 600, overflowWrap: 'anywhere' }}
            onClick={(event) => {
              event.stopPropagation();
              onOpen(id);
            }}
          >
            {url}
          </Link>
          {description !== null && <Secondary>{description}</Secondary>}
        </>
      ),
    },
    { label: labels.columns.events, from: 'md', cell: ({ events }) => events.join(', ') },
    { label: labels.columns.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? labels.all },
    {
      label: labels.columns.status,
      cell: ({ status }) => (
        <Chip size="small" variant="outlined" color={COLORS[status]} label={labels.statuses[status]} />
      ),
    },
    { label: labels.columns.created, from: 'lg', cell: ({ createdAt }) => <RelativeTime time={createdAt} /> },
  ] satisfies Column<WebhookEndpoint>[];

export function WebhooksTab() {
  const { data, error, isPending, refetch } = useQuery(endpointsQuery(useCauseway()));
  const [isCreating, setIsCreating] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const mayWrite = useMay('webhooks:write');
  const endpoint = data?.find(({ id }) => id === opened);
  const close = () => setOpened(null);
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', justifyContent: 'space-between' }}>
        <Hint sx={{ flex: '1 1 280px' }}>{labels.intro}</Hint>
        {mayWrite && (
          <Button variant="contained" onClick={() => setIsCreating(true)}>
            {labels.create}
          </Button>
        )}
      </Box>
      {error !== null && <ProblemAlert problem={problemOf(error)} onRetry={refetch} />}
      {isPending && <Skeleton variant="rounded" height={240} aria-label={texts.loading} />}
      {data !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {data.length === 0 ? (
            <Typography sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>{labels.empty}</Typography>
          ) : (
            <DataTable
              label={labels.table}
              columns={columnsOf(setOpened)}
              rows={data}
              opening={{ id: opened, onOpen: setOpened }}
            />
          )}
        </Paper>
      )}
      <SideDrawer open={endpoint !== undefined} width={640} onClose={close}>
        {endpoint && (
          <DrawerContent title={endpoint.url} overline={endpoint.id} onClose={close}>
            <EndpointView endpoint={endpoint} mayWrite={mayWrite} onRemoved={close} />
          </DrawerContent>
        )}
      </SideDrawer>
      {isCreating && <NewEndpointDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}
