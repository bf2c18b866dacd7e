import { useState } from 'react';
import { Box, Link } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import type { IntegrationDetails, Sync } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { Hint } from '../../layout/hint.js';
import { DrawerContent, SideDrawer } from '../../layout/side-drawer.js';
import { RunText, SyncStatusChip, SyncView } from '../../syncs/sync-view.js';
import { typeNames } from '../../syncs/type-names.js';
import { listSyncs, refreshWhileRunning, syncsKey } from '../../syncs/use-syncs.js';
import { texts as shared } from '../../texts.js';
import { DataTable, type Column } from '../data-table.js';
import { FilterSelect, FilterText, useFilter } from '../filter-fields.js';
import { PagedList } from '../paged-list.js';
import { RelativeTime } from '../relative-time.js';
import { Secondary } from '../secondary.js';
import { texts } from '../texts.js';
import { usePaged } from '../use-paged.js';

const labels = texts.syncs;
const PAGE_SIZE = 50;
const FILTERS = ['orgId', 'userId', 'status'] as const;

type TypesOf = (sync: Sync) => string;

const columnsOf = (typesOf: TypesOf, names: ReadonlyMap<string, IntegrationDetails>, onOpen: (id: string) => void) =>
  [
    {
      label: labels.columns.types,
      cell: (sync) => (
        <>
          <Link
            component="button"
            sx={{ textAlign: 'left', fontWeight: 600 }}
            onClick={(event) => {
              event.stopPropagation();
              onOpen(sync.id);
            }}
          >
            {typesOf(sync)}
          </Link>
          <Secondary>{names.get(sync.integration)?.name ?? sync.integration}</Secondary>
        </>
      ),
    },
    {
      label: labels.columns.owner,
      from: 'sm',
      cell: ({ orgId, userId }) => `${orgId} · ${userId}`,
    },
    { label: shared.syncs.status, cell: ({ status }) => <SyncStatusChip status={status} /> },
    { label: shared.syncs.known, cell: ({ items }) => items.toLocaleString() },
    {
      label: shared.syncs.lastRun,
      from: 'md',
      cell: ({ lastRun }) => (lastRun ? <RunText run={lastRun} /> : shared.syncs.noRun),
    },
    { label: shared.syncs.nextRun, from: 'lg', cell: ({ nextRunAt }) => <RelativeTime time={nextRunAt} /> },
  ] satisfies Column<Sync>[];

export function SyncsTab() {
  const client = useCauseway();
  const filter = useFilter(FILTERS);
  const [opened, setOpened] = useState<string | null>(null);
  const integrations = new Map(useIntegrations().data?.map((one) => [one.id, one]));
  const syncs = usePaged(
    [...syncsKey, 'admin', filter],
    PAGE_SIZE,
    (page, signal) => listSyncs(client, { ...filter, ...page }, signal),
    (page) => page.syncs,
    { refreshMs: refreshWhileRunning },
  );
  const typesOf: TypesOf = (sync) => typeNames(integrations.get(sync.integration), sync);
  const sync = syncs.rows?.find(({ id }) => id === opened);
  const close = () => setOpened(null);
  if (syncs.error !== null && problemOf(syncs.error).slug === 'syncs-not-configured')
    return <Hint>{shared.syncs.notConfigured}</Hint>;
  return (
    <>
      <Hint>{shared.syncs.intro}</Hint>
      <Box role="search" sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: GRID }}>
        <FilterText name="orgId" label={texts.org} value={filter.orgId} />
        <FilterText name="userId" label={texts.user} value={filter.userId} />
        <FilterSelect
          name="status"
          label={shared.syncs.status}
          value={filter.status}
          options={Object.entries(shared.syncs.statuses)}
        />
      </Box>
      <PagedList query={syncs} rows={syncs.rows} empty={Object.keys(filter).length > 0 ? texts.noMatch : labels.empty}>
        {(rows) => (
          <DataTable
            label={labels.table}
            columns={columnsOf(typesOf, integrations, setOpened)}
            rows={rows}
            opening={{ id: opened, onOpen: setOpened }}
          />
        )}
      </PagedList>
      <SideDrawer open={sync !== undefined} width={560} onClose={close}>
        {sync && (
          <DrawerContent title={typesOf(sync)} overline={`${sync.orgId} · ${sync.userId}`} onClose={close}>
            <Link component={RouterLink} href={`/admin?connection=${sync.connectionId}`} variant="body2">
              {labels.connection}
            </Link>
            <SyncView sync={sync} types={typesOf(sync)} onChange={syncs.refetch} />
          </DrawerContent>
        )}
      </SideDrawer>
    </>
  );
}

const GRID = { xs: '1fr 1fr', md: 'repeat(2, 1fr) 200px' };
