import { Box, Link } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { useIntegrations } from '../../api/queries.js';
import { Hint } from '../../layout/hint.js';
import { DataTable, type Column } from '../data-table.js';
import { FilterSelect, FilterText, useFilter } from '../filter-fields.js';
import { PagedList } from '../paged-list.js';
import { ExactTime } from '../relative-time.js';
import { Secondary } from '../secondary.js';
import { texts } from '../texts.js';
import { describeCall, describeResult, describeTime } from './describe.js';
import { FILTERS, useActivity, type ActivityEntry } from './use-activity.js';

const labels = texts.activity;
const PAGE_SIZE = 50;
const KEY = ['activity tab'];

const columnsOf = (names: ReadonlyMap<string, string>): Column<ActivityEntry>[] => [
  { label: labels.columns.time, cell: ({ at }) => <ExactTime time={at} />, nowrap: true },
  {
    label: labels.columns.call,
    cell: (entry) => (
      <>
        <strong>{labels.kinds[entry.kind]}</strong> · {names.get(entry.integration) ?? entry.integration}
        <Secondary isCode>{describeCall(entry)}</Secondary>
      </>
    ),
  },
  {
    label: labels.columns.result,
    cell: (entry) => (
      <Box sx={{ color: entry.ok ? undefined : 'error.main', fontWeight: entry.ok ? undefined : 600 }}>
        {describeResult(entry)}
      </Box>
    ),
  },
  { label: labels.columns.duration, from: 'md', cell: describeTime },
  {
    label: labels.columns.owner,
    from: 'sm',
    cell: ({ orgId, userId, connectionId }) => (
      <>
        {orgId} · {userId}
        <Secondary>
          <Link
            component={RouterLink}
            href={`/admin?connection=${connectionId}`}
            aria-label={labels.connection(connectionId)}
          >
            {connectionId}
          </Link>
        </Secondary>
      </>
    ),
  },
  {
    label: labels.columns.actor,
    from: 'lg',
    cell: ({ actor, requestId }) => (
      <>
        {texts.audit.actors[actor.kind] ?? actor.kind} {actor.id}
        <Secondary isCode>{requestId}</Secondary>
      </>
    ),
  },
];

export function ActivityTab() {
  const filter = useFilter(FILTERS);
  const activity = useActivity(filter, KEY, PAGE_SIZE);
  const names = new Map(useIntegrations().data?.map(({ id, name }) => [id, name]));
  return (
    <>
      <Hint>{labels.intro}</Hint>
      <Box role="search" sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: GRID }}>
        <FilterText name="orgId" label={texts.org} value={filter.orgId} />
        <FilterText name="userId" label={texts.user} value={filter.userId} />
        <FilterText name="connectionId" label={labels.connectionId} value={filter.connectionId} />
        <FilterText name="requestId" label={labels.requestId} value={filter.requestId} />
        <FilterSelect name="kind" label={labels.kind} value={filter.kind} options={Object.entries(labels.kinds)} />
        <FilterSelect
          name="status"
          label={labels.columns.result}
          value={filter.status}
          options={Object.entries(labels.statuses)}
        />
      </Box>
      <PagedList
        query={activity}
        rows={activity.rows}
        empty={filter.requestId ? labels.noneOfRequest : Object.keys(filter).length > 0 ? texts.noMatch : labels.empty}
      >
        {(entries) => <DataTable label={labels.table} columns={columnsOf(names)} rows={entries} />}
      </PagedList>
    </>
  );
}

const GRID = { xs: '1fr 1fr', md: 'repeat(3, 1fr)', lg: 'repeat(4, 1fr) 150px 150px' };
