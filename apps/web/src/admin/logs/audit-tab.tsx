import { Button } from '@mui/material';
import { API_VALUES, unwrap } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { download } from '../../layout/download.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { inWords } from '../../texts.js';
import type { Column } from '../data-table.js';
import { useFilter, type Filter } from '../fields.js';
import { lists, useAction, useIntegrationNames, usePaged } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { texts } from '../texts.js';
import { OWNER, TIME, type AuditEntry } from './entries.js';

const labels = texts.audit;

const FILTERS: Filter[] = [
  {
    name: 'type',
    label: texts.event,
    options: API_VALUES.AuditEventType.map((type) => [type, inWords(type, labels.types)]),
  },
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
    download(blob, `audit-log-${new Date().toISOString().slice(0, 10)}.ndjson`);
  });
  const columns: Column<AuditEntry>[] = [
    TIME,
    {
      label: texts.event,
      cell: ({ type, detail }) => [<strong>{inWords(type, labels.types)}</strong>, detail && named(detail)],
    },
    {
      label: texts.actor,
      cell: ({ actor: { kind, id } }) => [inWords(kind, labels.actors), keys.find((key) => key.id === id)?.name ?? id],
    },
    OWNER,
  ];
  return (
    <>
      {exporting.error !== null && <ProblemAlert problem={problemOf(exporting.error)} />}
      <PagedTable
        label={texts.tabs.audit}
        intro="Who did what, with which key, session or connection. Entries are chained by hashes, so tampering is detected: run npm run verify-audit to check."
        queryKey={['audit']}
        list={lists.audit}
        columns={columns}
        filters={FILTERS}
        empty="There are no entries yet."
        action={
          <Button variant="outlined" onClick={() => exporting.mutate()} loading={exporting.isPending}>
            Export
          </Button>
        }
      />
    </>
  );
}
