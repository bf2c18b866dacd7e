import { AlertTitle } from '@mui/material';
import type { ProblemDetails } from '@causeway/client';
import { texts } from '../texts.js';
import { Notice } from './notice.js';

interface ProblemAlertProps {
  problem: ProblemDetails;
  onRetry?: (() => unknown) | undefined;
  onDismiss?: () => void;
}

/** Shows the title and detail of the service itself: they are written for users and name a next step. */
export function ProblemAlert({ problem, onRetry, onDismiss }: ProblemAlertProps) {
  const { title, detail, errors = [], retryAfter } = problem;
  return (
    <Notice
      role="alert"
      severity="error"
      onDismiss={onDismiss}
      actions={onRetry ? [{ label: texts.problem.retry, onClick: onRetry }] : []}
    >
      <AlertTitle>{title}</AlertTitle>
      {detail}
      {errors.length > 0 && (
        <ul style={{ listStyle: 'disc', paddingLeft: 16 }}>
          {errors.map((error) => (
            <li key={`${error.pointer} ${error.detail}`}>
              <code>{error.pointer}</code> {error.detail}
            </li>
          ))}
        </ul>
      )}
      {retryAfter !== undefined && <div>{texts.problem.retryAfter(retryAfter)}</div>}
    </Notice>
  );
}
