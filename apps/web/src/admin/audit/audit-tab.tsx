import { Button } from '@mui/material';
import { unwrap } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { download } from '../../layout/download.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { ConnectionLink } from '../activity/activity-tab.js';
import type { Column } from '../data-table.js';
import { useFilter, type Filter } from '../fields.js';
import { lists, useAction, useIntegrationNames, usePaged, type RowOf } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { ExactTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = texts.audit;

const FILTERS: Filter[] = [
  { name: 'type', label: texts.event, options: Object.entries(labels.types) },
  { name: 'orgId', label: texts.org },
];

export function AuditTab() {
  const nameOf = useIntegrationNames();
  const { rows: keys = [] } = usePaged({ queryKey: ['keys'], list: lists.keys });
  const named = (detail: string) => keys.reduce((text, { id, name }) => text.replace(id, name), nameOf(detail));
  const query: Record<string, unknown> = useFilter(FILTERS.map(({ name }) => name));
  /** All entries, as lines of JSON in the order of the chain. */
  const exporting = useAction(async (client) => {
    const headers = { accept: 'application/x-ndjson' };
    const blob = await unwrap(client.GET('/audit', { params: { query }, headers, parseAs: 'blob' }));
    download(blob, labels.exportFile(new Date().toISOString().slice(0, 10)));
  });
  const columns: Column<RowOf<typeof lists.audit>>[] = [
    { label: texts.time, cell: ({ at }) => <ExactTime time={at} />, nowrap: true },
    {
      label: texts.event,
      cell: ({ type, detail }) => [<strong>{labels.types[type] ?? type}</strong>, detail && named(detail)],
    },
    {
      label: texts.actor,
      cell: ({ actor: { kind, id } }) => [labels.actors[kind] ?? kind, keys.find((key) => key.id === id)?.name ?? id],
    },
    {
      label: texts.owner,
      from: 'sm',
      cell: ({ orgId, userId, connectionId }) => [
        [orgId ?? labels.wholeInstallation, userId].filter(Boolean).join(' · '),
        connectionId && <ConnectionLink id={connectionId} />,
      ],
    },
  ];
  return (
    <>
      {exporting.error !== null && <ProblemAlert problem={problemOf(exporting.error)} />}
      <PagedTable
        label={texts.tabs.audit}
        intro={labels.intro}
        queryKey={['audit']}
        list={lists.audit}
        columns={columns}
        filters={FILTERS}
        empty={labels.empty}
        action={
          <Button variant="outlined" onClick={() => exporting.mutate()} loading={exporting.isPending}>
            {labels.export}
          </Button>
        }
      />
    </>
  );
}
