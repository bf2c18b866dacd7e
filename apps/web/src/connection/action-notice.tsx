import { Box, LinearProgress } from '@mui/material';
import type { IntegrationDetails, ProblemDetails } from '@causeway/client';
import type { UseAccounts } from '@causeway/react';
import { forUsers } from '../api/client.js';
import { Notice, ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';

interface ActionNoticeProps {
  integration: IntegrationDetails;
  accounts: UseAccounts<IntegrationDetails>;
  /** Cancels the authorization, or dismisses the result. */
  onDismiss: () => void;
}

/** How far the last action is, and how it ended: a connection is authorized, checked or disconnected. */
export function ActionNotice({ integration: { id, name }, accounts, onDismiss }: ActionNoticeProps) {
  const { authorization, disconnection, checked, connections } = accounts;
  const failed = (problem: ProblemDetails, severity: 'error' | 'warning' = 'error') => (
    <ProblemAlert severity={severity} problem={forUsers(problem)} provider={name} onDismiss={onDismiss} />
  );
  if (disconnection?.connection.integration === id) {
    if (disconnection.phase === 'pending') return null;
    if (disconnection.phase === 'failed') return failed(disconnection.problem);
    const { revoked, detail, connection } = disconnection;
    return (
      <Notice severity={revoked === 'failed' ? 'warning' : 'success'} onDismiss={onDismiss}>
        {texts.disconnect[revoked](name, connection.account.name)}
        {revoked === 'failed' && <div>{detail}</div>}
      </Notice>
    );
  }
  if (checked?.connection.integration === id) {
    if (checked.phase === 'failed') return failed(checked.problem);
    // Otherwise the connection itself shows the problem.
    if (checked.phase === 'pending' || checked.status !== 'active') return null;
    return <Notice severity="success" onDismiss={onDismiss} children="Checked just now: it works." />;
  }
  if (authorization?.integration !== id) return null;
  switch (authorization.phase) {
    case 'starting':
      return <Progress text="Opening the window…" />;
    case 'authorized':
      return <Progress text={`${name} has granted access. Connecting the account…`} />;
    case 'redirecting':
      return <Progress text={`Your browser blocked the window. Going to ${name} in this one…`} />;
    case 'waiting': {
      const show = { label: 'Show window', onClick: () => authorization.popup.focus() };
      return (
        <Progress
          text={`Continue in the ${name} window that has opened.`}
          actions={[show, { label: texts.cancel, onClick: onDismiss }]}
        />
      );
    }
    case 'failed':
      return failed(authorization.problem, 'warning');
    case 'connected': {
      // Anybody can write the id into an address: the connection is real only if the service lists it.
      const connection = connections?.find((one) => one.id === authorization.connectionId);
      if (connection === undefined) return null;
      return (
        <Notice
          severity="success"
          onDismiss={onDismiss}
          children={`${name} is connected: ${connection.account.name}.`}
        />
      );
    }
  }
}

function Progress({ text, actions = [] }: { text: string; actions?: { label: string; onClick: () => void }[] }) {
  return (
    <Box>
      <Notice
        severity="info"
        icon={false}
        actions={actions}
        style={{ borderBottomLeftRadius: 0, borderBottomRightRadius: 0 }}
      >
        {text}
      </Notice>
      <LinearProgress aria-label={text} sx={{ height: 3 }} />
    </Box>
  );
}
