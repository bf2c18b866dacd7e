import { Box, Button } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DataTable, type Column } from '../data-table.js';
import { FilterSelect, FilterText, useFilter } from '../filter-fields.js';
import { PagedList } from '../paged-list.js';
import { ExactTime } from '../relative-time.js';
import { Secondary } from '../secondary.js';
import { texts } from '../texts.js';
import { useAudit, useAuditExport, type AuditEvent } from './use-audit.js';

const labels = texts.audit;
const FILTERS = ['type', 'orgId'] as const;

const COLUMNS: Column<AuditEvent>[] = [
  { label: labels.columns.time, cell: ({ at }) => <ExactTime time={at} />, nowrap: true },
  {
    label: labels.columns.event,
    cell: ({ type, detail }) => (
      <>
        <strong>{labels.types[type] ?? type}</strong>
        <Secondary until="md">{detail}</Secondary>
      </>
    ),
  },
  {
    label: labels.columns.actor,
    cell: ({ actor }) => (
      <>
        {labels.actors[actor.kind] ?? actor.kind}
        <Secondary>{actor.id}</Secondary>
      </>
    ),
  },
  {
    label: labels.columns.owner,
    from: 'md',
    cell: ({ orgId, userId }) => (
      <>
        {orgId ?? labels.wholeInstallation}
        <Secondary>{userId}</Secondary>
      </>
    ),
  },
  {
    label: labels.columns.detail,
    from: 'md',
    cell: ({ detail, connectionId }) => (
      <>
        {detail}
        <Secondary isCode>{connectionId}</Secondary>
      </>
    ),
  },
];

export function AuditTab() {
  const filter = useFilter(FILTERS);
  const audit = useAudit(filter);
  const exporting = useAuditExport(filter);
  return (
    <>
      <Hint>{labels.intro}</Hint>
      <Box
        role="search"
        sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { sm: '240px minmax(160px, 320px) 1fr' } }}
      >
        <FilterSelect name="type" label={labels.type} value={filter.type} options={Object.entries(labels.types)} />
        <FilterText name="orgId" label={texts.org} value={filter.orgId} />
        <Button
          variant="outlined"
          onClick={() => exporting.mutate()}
          loading={exporting.isPending}
          sx={{ justifySelf: { sm: 'end' } }}
        >
          {labels.export}
        </Button>
      </Box>
      {exporting.error !== null && <ProblemAlert problem={problemOf(exporting.error)} />}
      <PagedList query={audit} rows={audit.rows} empty={Object.keys(filter).length > 0 ? texts.noMatch : labels.empty}>
        {(events) => <DataTable label={labels.table} columns={COLUMNS} rows={events} />}
      </PagedList>
    </>
  );
}
