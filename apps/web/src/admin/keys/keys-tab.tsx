import { useRef, useState } from 'react';
import { Box, Button, Paper, Skeleton, Typography } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/hint.js';
import { LiveRegion } from '../../layout/live-region.js';
import { Notice } from '../../layout/notice.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { texts } from '../texts.js';
import { KeyTable } from './key-table.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { RevokeDialog } from './revoke-dialog.js';
import { useKeys, type ApiKey } from './use-keys.js';

const labels = texts.keys;

export function KeysTab() {
  const { data, error, isError, isPending, refetch, dataUpdatedAt } = useKeys();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [revokedName, setRevokedName] = useState<string | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', justifyContent: 'space-between' }}>
        <Hint sx={{ flex: '1 1 280px' }}>{labels.intro}</Hint>
        <Button ref={createButton} variant="contained" onClick={() => setCreating(true)}>
          {labels.create}
        </Button>
      </Box>
      <LiveRegion>
        {revokedName !== null && (
          <Notice severity="success" onDismiss={() => setRevokedName(null)}>
            {labels.revoked(revokedName)}
          </Notice>
        )}
      </LiveRegion>
      {isError && <ProblemAlert problem={problemOf(error)} onRetry={refetch} />}
      {isPending && <Skeleton variant="rounded" height={240} aria-label={labels.loading} />}
      {data !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {data.length === 0 ? (
            <Typography sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>{labels.empty}</Typography>
          ) : (
            <KeyTable keys={data} now={dataUpdatedAt} onRevoke={setRevoking} />
          )}
        </Paper>
      )}
      {creating && <NewKeyDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <RevokeDialog
          apiKey={revoking}
          onRevoked={() => {
            setRevokedName(revoking.name);
            setRevoking(null);
            // The focused button is removed with its key.
            window.setTimeout(() => createButton.current?.focus());
          }}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  );
}
