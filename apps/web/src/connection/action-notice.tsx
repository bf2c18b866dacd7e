import { Box, LinearProgress } from '@mui/material';
import type { IntegrationDetails, ProblemDetails } from '@causeway/client';
import type { UseAccounts } from '@causeway/react';
import { Notice, ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';

interface ActionNoticeProps {
  integration: IntegrationDetails;
  accounts: UseAccounts<IntegrationDetails>;
}

/** How far the last action is, and how it ended: a connection is authorized, checked or disconnected. */
export function ActionNotice({ integration: { id, name }, accounts }: ActionNoticeProps) {
  const { authorization, disconnection, checked, connections, dismiss } = accounts;
  const failed = (problem: ProblemDetails, severity: 'error' | 'warning' = 'error') => (
    <ProblemAlert severity={severity} problem={problem} provider={name} onDismiss={dismiss} />
  );
  if (disconnection?.connection.integration === id) {
    if (disconnection.phase === 'pending') return null;
    if (disconnection.phase === 'failed') return failed(disconnection.problem);
    const { revoked, detail, connection } = disconnection;
    return (
      <Notice severity={revoked === 'failed' ? 'warning' : 'success'} onDismiss={dismiss}>
        {texts.disconnect[revoked](name, connection.account.name)}
        {revoked === 'failed' && <div>{detail}</div>}
      </Notice>
    );
  }
  if (checked?.connection.integration === id) {
    if (checked.phase === 'failed') return failed(checked.problem);
    // Otherwise the connection itself shows the problem.
    if (checked.phase === 'pending' || checked.status !== 'active') return null;
    return <Notice severity="success" onDismiss={dismiss} children="Checked just now: it works." />;
  }
  if (authorization?.integration !== id) return null;
  if (authorization.phase === 'failed') return failed(authorization.problem, 'warning');
  if (authorization.phase === 'connected') {
    // Anybody can write the id into an address: the connection is real only if the service lists it.
    const account = connections?.find((one) => one.id === authorization.connectionId)?.account;
    return account ? (
      <Notice severity="success" onDismiss={dismiss} children={`${name} is connected: ${account.name}.`} />
    ) : null;
  }
  const text = {
    starting: 'Opening the window…',
    waiting: `Continue in the ${name} window that has opened.`,
    authorized: `${name} has granted access. Connecting the account…`,
    redirecting: `Your browser blocked the window. Going to ${name} in this one…`,
  }[authorization.phase];
  const actions = authorization.phase === 'waiting' && [
    { label: 'Show window', onClick: () => authorization.popup.focus() },
    { label: texts.cancel, onClick: dismiss },
  ];
  return (
    <Box>
      <Notice severity="info" icon={false} actions={actions || []} style={ABOVE_PROGRESS} children={text} />
      <LinearProgress aria-label={text} sx={{ height: 3 }} />
    </Box>
  );
}

const ABOVE_PROGRESS = { borderBottomLeftRadius: 0, borderBottomRightRadius: 0 };
