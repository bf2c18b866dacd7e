import { API_VALUES, type Sync } from '@causeway/client';
import { refreshWhileRunning } from '@causeway/react';
import { DrawerContent } from '../../layout/side-drawer.js';
import { StateChip } from '../../layout/state-chip.js';
import { RunText, SyncView, typeNames } from '../../syncs/sync-view.js';
import { texts as shared } from '../../texts.js';
import { ConnectionLink } from '../logs/tabs.js';
import { type Filter, optionsOf } from '../forms.js';
import { lists, useIntegrationNames, useIntegrations } from '../requests.js';
import { type Column, PagedTable } from '../tables.js';
import { texts } from '../texts.js';

const labels = shared.syncs;
const FILTERS: Filter[] = [
  { name: 'orgId', label: texts.org },
  { name: 'userId', label: texts.user },
  { name: 'status', label: labels.status, options: optionsOf(API_VALUES.SyncStatus) },
];

export function SyncsTab() {
  const nameOf = useIntegrationNames();
  const integrations = useIntegrations().data ?? [];
  const integrationOf = (sync: Sync) => integrations.find(({ id }) => id === sync.integration);
  const typesOf = (sync: Sync) => typeNames(integrationOf(sync), sync);
  const columns: Column<Sync>[] = [
    { label: 'Items', opener: (sync) => [typesOf(sync)], cell: ({ integration }) => nameOf(integration) },
    { label: texts.owner, from: 'sm', cell: ({ orgId, userId }) => `${orgId} · ${userId}` },
    { label: labels.status, cell: ({ status }) => <StateChip state={status} /> },
    { label: labels.known, cell: ({ items }) => items.toLocaleString() },
    { label: labels.lastRun, from: 'md', cell: ({ lastRun }) => (lastRun ? <RunText run={lastRun} /> : labels.noRun) },
    { label: labels.nextRun, from: 'lg', time: ({ nextRunAt }) => nextRunAt },
  ];
  return (
    <PagedTable
      {...lists.syncs}
      label="Syncs"
      intro={labels.intro}
      columns={columns}
      filters={FILTERS}
      empty="There are no syncs yet. Create one on the Accounts page or with the API."
      refreshMs={refreshWhileRunning}
      details={(sync, close, onChange) => (
        <DrawerContent title={typesOf(sync)} overline={`${sync.orgId} · ${sync.userId}`} onClose={close}>
          <ConnectionLink id={sync.connectionId} />
          <SyncView sync={sync} types={typesOf(sync)} onChange={onChange} />
        </DrawerContent>
      )}
    />
  );
}
