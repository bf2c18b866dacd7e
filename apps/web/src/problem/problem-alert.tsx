import { Alert, AlertTitle, Button } from '@mui/material';
import type { ShownProblem } from '../api/service-problem.js';
import { texts } from '../texts.js';

/** An error answer, in the service's own words: they are written for people and name a next step. */
export function ProblemAlert({ problem, onRetry }: { problem: ShownProblem; onRetry?: (() => void) | undefined }) {
  const { title, detail, errors = [], retryAfter } = problem;
  return (
    <Alert
      role="alert"
      severity="error"
      action={
        onRetry === undefined ? undefined : (
          <Button color="inherit" size="small" onClick={onRetry}>
            {texts.problem.retry}
          </Button>
        )
      }
    >
      <AlertTitle>{title}</AlertTitle>
      {detail}
      {errors.length === 0 ? null : (
        <ul>
          {errors.map((error) => (
            <li key={`${error.pointer} ${error.detail}`}>
              <code>{error.pointer}</code> {error.detail}
            </li>
          ))}
        </ul>
      )}
      {retryAfter === undefined ? null : <div>{texts.problem.retryAfter(retryAfter)}</div>}
    </Alert>
  );
}
