import { Alert, AlertTitle, Box, Button, LinearProgress } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { noticeAction } from '../layout/notice-action.js';
import { texts } from '../texts.js';
import type { Attempt } from './use-connect.js';

interface ConnectNoticeProps {
  attempt: Attempt;
  integration: Integration;
  /** `undefined`: not known yet. */
  connections: Connection[] | undefined;
  onDismiss: () => void;
}

/** Where an attempt to connect stands, and how it ended. */
export function ConnectNotice({ attempt, integration: { name }, connections, onDismiss }: ConnectNoticeProps) {
  switch (attempt.phase) {
    case 'starting':
      return <Going sentence={texts.connect.starting} />;
    case 'redirecting':
      return <Going sentence={texts.connect.leaving(name)} />;
    case 'waiting':
      return (
        <Going
          sentence={texts.connect.waiting(name)}
          actions={
            <>
              <Button color="inherit" size="small" onClick={() => attempt.popup.focus()}>
                {texts.connect.showWindow}
              </Button>
              <Button color="inherit" size="small" onClick={onDismiss}>
                {texts.connect.cancel}
              </Button>
            </>
          }
        />
      );
    case 'ended': {
      const { ending } = attempt;
      if (ending.kind !== 'connected') {
        const { title, detail } = ending.problem;
        return (
          <Alert severity="warning" onClose={onDismiss} closeText={texts.connect.dismiss}>
            <AlertTitle>{title}</AlertTitle>
            {detail}
          </Alert>
        );
      }
      // An address can claim anything; only what the service lists is connected.
      const connection = connections?.find(({ id }) => id === ending.connectionId);
      return connection === undefined ? null : (
        <Alert severity="success" onClose={onDismiss} closeText={texts.connect.dismiss}>
          {texts.endings.connected(name, connection.account.name)}
        </Alert>
      );
    }
  }
}

function Going({ sentence, actions }: { sentence: string; actions?: React.ReactNode }) {
  return (
    <Box>
      <Alert
        severity="info"
        icon={false}
        action={actions}
        sx={{ ...noticeAction, borderBottomLeftRadius: 0, borderBottomRightRadius: 0 }}
      >
        {sentence}
      </Alert>
      <LinearProgress aria-label={sentence} sx={{ height: 3 }} />
    </Box>
  );
}
