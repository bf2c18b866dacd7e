import { Button, Typography } from '@mui/material';
import type { Connection, Integration } from '#sdk';
import { problemOf } from '../api/service-problem.js';
import { Panel } from '../layout/panel.js';
import { ProblemAlert } from '../problem/problem-alert.js';
import { texts } from '../texts.js';
import { ItemsForm } from './items-form.js';
import { ItemsLoading, NoItems } from './items-states.js';
import { ItemsTable } from './items-table.js';
import { useItems } from './use-items.js';
import { useWish } from './use-wish.js';

export function ItemsPanel({ integration, connection }: { integration: Integration; connection: Connection }) {
  const items = useItems(connection);
  const { data, error, isFetching, isFetchingNextPage, hasNextPage } = items;
  const problem = error === null || isFetching ? null : problemOf(error);
  const parentFault = problem?.errors?.find(({ pointer }) => pointer === '/parent')?.detail;
  const { wish, setWish, parent, useAsParent } = useWish(parentFault);
  const broken = connection.status === 'needs-reconnect';
  const loading = isFetching && !isFetchingNextPage;

  return (
    <Panel id="items-title" title={texts.items.title} aside={<Count count={data?.length} more={hasNextPage} />}>
      <ItemsForm
        integration={integration}
        wish={wish}
        onWish={setWish}
        parent={parent}
        again={items.wish !== null}
        loading={loading}
        disabled={broken}
        onLoad={() => items.load(wish)}
      />
      {data !== undefined && data.length > 0 ? (
        <ItemsTable items={data} labelledBy="items-title" onUseAsParent={useAsParent} />
      ) : null}
      {loading ? <ItemsLoading /> : null}
      {data?.length === 0 ? <NoItems sentence={hasNextPage ? texts.items.emptySoFar : texts.items.empty} /> : null}
      {items.wish === null ? <NoItems sentence={broken ? texts.items.reconnectFirst : texts.items.idle} /> : null}
      {problem === null || parentFault !== undefined ? null : (
        <ProblemAlert
          problem={problem}
          onRetry={() => void (data === undefined ? items.load(wish) : items.fetchNextPage())}
        />
      )}
      {hasNextPage && problem === null ? (
        <Button
          variant="outlined"
          onClick={() => void items.fetchNextPage()}
          loading={isFetchingNextPage}
          sx={{ justifySelf: 'center' }}
        >
          {texts.items.more}
        </Button>
      ) : null}
    </Panel>
  );
}

/** Always there, so that a screen reader hears every change of it. */
function Count({ count, more }: { count: number | undefined; more: boolean }) {
  return (
    <Typography role="status" variant="body2" sx={{ color: 'text.secondary' }}>
      {count === undefined || count === 0 ? '' : texts.items.count(count, more)}
    </Typography>
  );
}
