import { AlertTitle, Box, Link, type AlertColor } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import type { ProblemDetails } from '@causeway/client';
import { activityLink } from '../admin/activity/activity-link.js';
import { useCallerIfSignedIn } from '../session/caller.js';
import { texts } from '../texts.js';
import { CopyButton } from './copy-button.js';
import { Notice } from './notice.js';

interface ProblemAlertProps {
  problem: ProblemDetails;
  severity?: AlertColor;
  /** The name of the integration that was called. */
  provider?: string | undefined;
  onRetry?: (() => unknown) | undefined;
  onDismiss?: () => void;
}

/** Shows the title and detail of the service itself: they are written for users and name a next step. */
export function ProblemAlert({ problem, severity = 'error', provider, onRetry, onDismiss }: ProblemAlertProps) {
  const { title, detail, errors = [], retryAfter } = problem;
  return (
    <Notice
      role="alert"
      severity={severity}
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
      <FailedRequest problem={problem} provider={provider} />
    </Notice>
  );
}

/** For whoever is asked for help: what failed, without a value. */
function FailedRequest({ problem, provider }: Pick<ProblemAlertProps, 'problem' | 'provider'>) {
  const { request, status, requestId } = problem;
  const caller = useCallerIfSignedIn();
  if (request === undefined && requestId === undefined) return null;
  const facts = [
    provider,
    request && `${request.method} ${request.path}`,
    status !== undefined && texts.problem.status(status),
    requestId !== undefined && texts.problem.requestId(requestId),
  ];
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, opacity: 0.85 }}>
      <Box component="span" sx={{ typography: 'caption', overflowWrap: 'anywhere' }}>
        {facts.filter(Boolean).join(' · ')}
      </Box>
      {requestId !== undefined && (
        <>
          <CopyButton text={requestId} label={texts.problem.copyRequestId} size="small" color="inherit" />
          {caller !== null && caller.kind !== 'session' && caller.scopes.includes('connections:read') && (
            <Link component={RouterLink} href={activityLink(requestId)} variant="caption" color="inherit">
              {texts.problem.activity}
            </Link>
          )}
        </>
      )}
    </Box>
  );
}
