import { useRef, useState } from 'react';
import { Alert, Box, Button, Paper, Skeleton, Typography } from '@mui/material';
import { problemOf } from '../../api/service-problem.js';
import { emptyRegion } from '../../layout/live-region.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { texts } from '../texts.js';
import { KeyTable } from './key-table.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { RevokeDialog } from './revoke-dialog.js';
import { useKeys, type ApiKey } from './use-keys.js';

const words = texts.keys;

export function KeysTab() {
  const { data, error, isError, isPending, refetch, dataUpdatedAt } = useKeys();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  const [revoked, setRevoked] = useState<string | null>(null);
  const make = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', justifyContent: 'space-between' }}>
        <Typography variant="body2" sx={{ color: 'text.secondary', flex: '1 1 280px' }}>
          {words.intro}
        </Typography>
        <Button ref={make} variant="contained" onClick={() => setMaking(true)}>
          {words.make}
        </Button>
      </Box>
      <Box role="status" sx={emptyRegion}>
        {revoked === null ? null : (
          <Alert severity="success" onClose={() => setRevoked(null)} closeText={texts.close}>
            {words.revoked(revoked)}
          </Alert>
        )}
      </Box>
      {isError ? <ProblemAlert problem={problemOf(error)} onRetry={() => void refetch()} /> : null}
      {isPending ? <Skeleton variant="rounded" height={240} aria-label={words.loading} /> : null}
      {data === undefined ? null : (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {data.length === 0 ? (
            <Typography sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>{words.empty}</Typography>
          ) : (
            <KeyTable keys={data} now={dataUpdatedAt} onRevoke={setLeaving} />
          )}
        </Paper>
      )}
      {making ? <NewKeyDialog onClose={() => setMaking(false)} /> : null}
      {leaving === null ? null : (
        <RevokeDialog
          apiKey={leaving}
          onRevoked={() => {
            setRevoked(leaving.name);
            setLeaving(null);
            // The button that had the focus is gone with its key.
            window.setTimeout(() => make.current?.focus());
          }}
          onClose={() => setLeaving(null)}
        />
      )}
    </>
  );
}
