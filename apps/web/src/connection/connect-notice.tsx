import { Box, LinearProgress } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import type { ConnectState } from '@causeway/react';
import { forUsers } from '../api/client.js';
import { Notice } from '../layout/notice.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';

interface ConnectNoticeProps {
  state: ConnectState;
  integration: IntegrationDetails;
  /** `undefined`: not loaded yet. */
  connections: Connection[] | undefined;
  onDismiss: () => void;
}

/** How far an authorization is, and how it ended. */
export function ConnectNotice({ state, integration: { name }, connections, onDismiss }: ConnectNoticeProps) {
  switch (state.phase) {
    case 'starting':
      return <Progress text={texts.connect.starting} />;
    case 'authorized':
      return <Progress text={texts.connect.finishing(name)} />;
    case 'redirecting':
      return <Progress text={texts.connect.redirecting(name)} />;
    case 'waiting': {
      const showWindow = { label: texts.connect.showWindow, onClick: () => state.popup.focus() };
      const cancel = { label: texts.cancel, onClick: onDismiss };
      return <Progress text={texts.connect.waiting(name)} actions={[showWindow, cancel]} />;
    }
    case 'failed':
      return (
        <ProblemAlert severity="warning" problem={forUsers(state.problem)} provider={name} onDismiss={onDismiss} />
      );
    case 'connected': {
      // Anybody can write the id into an address: the connection is real only if the service lists it.
      const connection = connections?.find(({ id }) => id === state.connectionId);
      if (connection === undefined) return null;
      return (
        <Notice severity="success" onDismiss={onDismiss}>
          {texts.connect.connected(name, connection.account.name)}
        </Notice>
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
