import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Box, FormControlLabel, Switch, Typography } from '@mui/material';
import { unwrap, type Connection, type Integration } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { useInvalidateConnections } from '../api/queries.js';
import { ConfirmDialog } from '../layout/confirm-dialog.js';
import { LiveRegion } from '../layout/live-region.js';
import { Notice } from '../layout/notice.js';
import { texts } from '../texts.js';

const STORAGE_KEY = 'causeway:one-at-a-time';

interface Switched {
  integration: Integration;
  connections: Connection[];
}

interface Question extends Switched {
  /** Selects the other integration. */
  proceed: () => void;
}

/** The option to disconnect an integration's connections when the user selects another integration; off by default. */
export function useDisconnectOnSwitch() {
  const client = useCauseway();
  const invalidate = useInvalidateConnections();
  const [enabled, setEnabled] = useState(() => localStorage.getItem(STORAGE_KEY) === 'yes');
  // Still set while the dialog closes.
  const [question, setQuestion] = useState<Question | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const disconnect = useMutation({
    mutationFn: ({ connections }: Switched) =>
      Promise.all(
        connections.map(({ id }) => unwrap(client.DELETE('/connections/{id}', { params: { path: { id } } }))),
      ),
    onSettled: invalidate,
  });
  const { reset, variables, isSuccess, isError } = disconnect;
  const onChange = (next: boolean) => {
    localStorage.setItem(STORAGE_KEY, next ? 'yes' : 'no');
    setEnabled(next);
    reset();
  };
  const onSwitch = (asked: Question) => {
    reset();
    if (!enabled || asked.connections.length === 0) return asked.proceed();
    setQuestion(asked);
    setIsAsking(true);
  };
  const onAnswer = (isConfirmed: boolean) => {
    setIsAsking(false);
    if (!isConfirmed || question === null) return;
    disconnect.mutate(question);
    question.proceed();
  };
  const name = variables?.integration.name ?? '';
  const result = isSuccess ? 'disconnected' : isError ? 'notDisconnected' : null;
  const shown = result && ({ kind: result, name } as const);
  return { enabled, onChange, onSwitch, question, isAsking, onAnswer, onDismiss: reset, result: shown };
}

type DisconnectOnSwitchProps = Omit<ReturnType<typeof useDisconnectOnSwitch>, 'onSwitch'>;

export function DisconnectOnSwitch(props: DisconnectOnSwitchProps) {
  const { enabled, onChange, question, isAsking, onAnswer, onDismiss, result } = props;
  const { label } = texts.disconnectOnSwitch;
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <FormControlLabel
        sx={{ mx: 0 }}
        control={<Switch size="small" checked={enabled} onChange={(_, next) => onChange(next)} />}
        label={<Typography variant="caption" sx={{ display: 'block', lineHeight: 1.4 }} children={label} />}
      />
      <LiveRegion>
        {result && (
          <Notice severity={result.kind === 'disconnected' ? 'info' : 'warning'} onDismiss={onDismiss}>
            {texts.disconnectOnSwitch[result.kind](result.name)}
          </Notice>
        )}
      </LiveRegion>
      {question && (
        <ConfirmDialog
          open={isAsking}
          title={texts.disconnectOnSwitch.title(question.integration.name)}
          detail={texts.disconnectOnSwitch.detail(
            question.integration.name,
            question.connections.map(({ account }) => account.name),
          )}
          cancel={texts.cancel}
          confirm={texts.disconnectOnSwitch.confirm}
          loading={false}
          onCancel={() => onAnswer(false)}
          onConfirm={() => onAnswer(true)}
        />
      )}
    </Box>
  );
}
