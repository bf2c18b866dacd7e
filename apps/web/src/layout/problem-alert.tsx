import { Alert, AlertTitle, Box, Button, Link, type AlertColor, type AlertProps } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import type { ProblemDetails } from '@causeway/client';
import { forUsers } from '../api/client.js';
import { useCallerIfSignedIn } from '../session/caller.js';
import { CopyButton } from './copy-button.js';

interface ProblemAlertProps {
  problem: ProblemDetails;
  /** In place of that of the problem. */
  title?: string | undefined;
  severity?: AlertColor;
  /** The name of the integration that was called. */
  provider?: string | undefined;
  onRetry?: (() => unknown) | undefined;
  onDismiss?: () => void;
}

/** Shows the title and detail of the service itself: they are written for users and name a next step. */
export function ProblemAlert(props: ProblemAlertProps) {
  const { severity = 'error', provider, onRetry, onDismiss } = props;
  const problem = forUsers(props.problem);
  const { title = problem.title } = props;
  const { errors = [], retryAfter } = problem;
  return (
    <Notice
      role="alert"
      severity={severity}
      onDismiss={onDismiss}
      actions={onRetry ? [{ label: 'Try again', onClick: onRetry }] : []}
    >
      <AlertTitle>{title}</AlertTitle>
      {problem.detail}
      {errors.length > 0 && (
        <ul style={{ listStyle: 'disc', paddingLeft: 16 }}>
          {errors.map((error) => (
            <li key={`${error.pointer} ${error.detail}`}>
              <code>{error.pointer}</code> {error.detail}
            </li>
          ))}
        </ul>
      )}
      {retryAfter !== undefined && (
        <div>{`Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`}</div>
      )}
      <FailedRequest problem={problem} provider={provider} />
    </Notice>
  );
}

/** For whoever is asked for help: what failed, without a value. */
function FailedRequest({ problem, provider }: Pick<ProblemAlertProps, 'problem' | 'provider'>) {
  const { request, status, requestId } = problem;
  const caller = useCallerIfSignedIn();
  const mayShow = caller !== null && caller.kind !== 'session' && caller.scopes.includes('connections:read');
  if (request === undefined && requestId === undefined) return null;
  const facts = [
    provider,
    request && `${request.method} ${request.path}`,
    status !== undefined && `HTTP ${status}`,
    requestId !== undefined && `request ID ${requestId}`,
  ];
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, opacity: 0.85 }}>
      <Box component="span" sx={{ typography: 'caption', overflowWrap: 'anywhere' }}>
        {facts.filter(Boolean).join(' · ')}
      </Box>
      {requestId && <CopyButton text={requestId} label="Copy the request ID" size="small" color="inherit" />}
      {requestId && mayShow && (
        <Link component={RouterLink} href={activityOf(requestId)} variant="caption" color="inherit">
          Show in activity
        </Link>
      )}
    </Box>
  );
}

const activityOf = (requestId: string) => `/admin?${new URLSearchParams({ tab: 'activity', requestId })}`;

interface NoticeProps extends Omit<AlertProps, 'action' | 'onClose' | 'sx'> {
  actions?: { label: string; onClick: () => unknown }[];
  onDismiss?: (() => void) | undefined;
}

export function Notice({ actions = [], onDismiss, ...alert }: NoticeProps) {
  return (
    <Alert
      {...alert}
      {...(onDismiss && { onClose: onDismiss, closeText: 'Dismiss' })}
      {...(actions.length > 0 && {
        sx: ACTIONS_BELOW,
        action: actions.map(({ label, onClick }) => (
          <Button key={label} color="inherit" size="small" onClick={() => void onClick()}>
            {label}
          </Button>
        )),
      })}
    />
  );
}

/** On a phone, the actions are below the text, which would have no room beside them. */
const ACTIONS_BELOW = {
  flexWrap: { xs: 'wrap', sm: 'nowrap' },
  '& .MuiAlert-message': { flex: { xs: '1 1 70%', sm: '0 1 auto' } },
  '& .MuiAlert-action': { ml: { xs: 'auto', sm: 'auto' }, pt: { xs: 0, sm: 0.5 }, whiteSpace: 'nowrap' },
};
