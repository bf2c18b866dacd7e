import { useState } from 'react';
import { Box, Button, Checkbox, Divider, FormControlLabel, FormGroup, Skeleton, Typography } from '@mui/material';
import { useCreateSync, useSyncs } from '@causeway/react';
import type { ConnectionDrawerProps } from '../connection/connection-details.js';
import { Hint } from '../layout/content.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { DrawerContent } from '../layout/side-drawer.js';
import { useMay } from '../session/caller.js';
import { texts } from '../texts.js';
import { SyncView, typeNames } from './sync-view.js';

const labels = texts.syncs;

export default function Syncs({ integration, connection, onClose }: ConnectionDrawerProps) {
  const { syncs, problem, reload } = useSyncs(connection.id);
  const mayWrite = useMay('syncs:write');
  const notConfigured = problem?.slug === 'syncs-not-configured';
  return (
    <DrawerContent title={labels.title} overline={connection.account.name} onClose={onClose}>
      <Hint>{notConfigured ? 'Syncs are not set up on this service.' : labels.intro}</Hint>
      {problem && !notConfigured && <ProblemAlert problem={problem} onRetry={reload} />}
      {!syncs && !problem && <Skeleton height={160} aria-label="Loading the syncs" />}
      {syncs?.map((sync) => {
        const types = typeNames(integration, sync);
        return (
          <Box key={sync.id} sx={{ display: 'grid', gap: 1.5 }}>
            <Typography variant="h3" sx={{ typography: 'subtitle1' }}>
              {types}
            </Typography>
            <SyncView sync={sync} types={types} onChange={reload} />
            <Divider />
          </Box>
        );
      })}
      {syncs && mayWrite && <NewSync integration={integration} connection={connection} onCreated={reload} />}
    </DrawerContent>
  );
}

interface NewSyncProps extends Pick<ConnectionDrawerProps, 'integration' | 'connection'> {
  onCreated: () => Promise<void>;
}

function NewSync({ integration, connection, onCreated }: NewSyncProps) {
  const types = integration.itemTypeDetails.filter(({ parentRequired }) => !parentRequired);
  const [selected, setSelected] = useState(() => types.filter(({ byDefault }) => byDefault).map(({ type }) => type));
  const { create, pending, problem, dismiss } = useCreateSync(connection.id, onCreated);
  const start = () => void create(selected);
  return (
    <Box component="fieldset" sx={{ display: 'grid', gap: 1, justifyItems: 'start', border: 0, p: 0, m: 0 }}>
      <Typography component="legend" variant="subtitle1">
        Items to keep in step
      </Typography>
      <FormGroup row>
        {types.map(({ type, pluralLabel }) => (
          <FormControlLabel
            key={type}
            label={pluralLabel}
            control={
              <Checkbox
                size="small"
                checked={selected.includes(type)}
                onChange={(_, on) => setSelected(on ? [...selected, type] : selected.filter((one) => one !== type))}
              />
            }
          />
        ))}
      </FormGroup>
      {problem && <ProblemAlert problem={problem} onDismiss={dismiss} />}
      <Button variant="contained" loading={pending !== null} disabled={selected.length === 0} onClick={start}>
        Keep in step
      </Button>
    </Box>
  );
}
