import { Skeleton } from '@mui/material';
import { problemOf } from '../api/client.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from './texts.js';

interface RequestStateProps {
  of: readonly { error: unknown; isPending: boolean; refetch?: () => unknown }[];
  /** Of what is shown as soon as all of them have responded. */
  height?: number;
}

/** Why a request has failed, and the room for what is still loaded. Queries can be tried again. */
export function RequestState({ of, height }: RequestStateProps) {
  const failed = of.find(({ error }) => error !== null);
  return (
    <>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {height && of.some(({ isPending }) => isPending) && <Skeleton height={height} aria-label={texts.loading} />}
    </>
  );
}
