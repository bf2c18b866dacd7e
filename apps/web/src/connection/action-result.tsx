import { Alert } from '@mui/material';
import { ProblemAlert } from '../problem/problem-alert.js';
import { texts } from '../texts.js';
import type { Result } from './use-connection-actions.js';

export function ActionResult({ result, onDismiss }: { result: Result; onDismiss: () => void }) {
  if ('problem' in result) return <ProblemAlert problem={result.problem} onDismiss={onDismiss} />;
  return (
    <Alert severity={result.severity} onClose={onDismiss} closeText={texts.connect.dismiss}>
      {result.sentence}
      {result.detail === undefined ? null : <div>{result.detail}</div>}
    </Alert>
  );
}
