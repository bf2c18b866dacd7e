import { Alert, AlertTitle, Button } from '@mui/material';
import type { ProblemDetails } from '../api/service-problem.js';
import { noticeAction } from '../layout/notice-action.js';
import { texts } from '../texts.js';

interface ProblemAlertProps {
  problem: ProblemDetails;
  onRetry?: (() => void) | undefined;
  /** Where it tells of something that is over. */
  onDismiss?: () => void;
}

/** An error answer, in the service's own words: they are written for people and name a next step. */
export function ProblemAlert({ problem, onRetry, onDismiss }: ProblemAlertProps) {
  const { title, detail, errors = [], retryAfter } = problem;
  return (
    <Alert
      role="alert"
      severity="error"
      sx={onRetry === undefined ? {} : noticeAction}
      {...(onDismiss === undefined ? {} : { onClose: onDismiss, closeText: texts.connect.dismiss })}
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
