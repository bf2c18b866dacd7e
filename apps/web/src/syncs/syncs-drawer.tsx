import { useState } from 'react';
import { Box, Button, Checkbox, Divider, FormControlLabel, FormGroup, Skeleton, Typography } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import { problemOf } from '../api/client.js';
import { Hint } from '../layout/hint.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { DrawerContent, SideDrawer } from '../layout/side-drawer.js';
import { useMay } from '../session/caller.js';
import { texts } from '../texts.js';
import { SyncView } from './sync-view.js';
import { typeNames } from './type-names.js';
import { useCreateSync, useSyncsOf } from './use-syncs.js';

const labels = texts.syncs;

interface SyncsProps {
  integration: IntegrationDetails;
  connection: Connection;
  onClose: () => void;
}

export function SyncsDrawer({ open, ...props }: SyncsProps & { open: boolean }) {
  return (
    <SideDrawer open={open} width={560} onClose={props.onClose}>
      <Syncs {...props} />
    </SideDrawer>
  );
}

function Syncs({ integration, connection, onClose }: SyncsProps) {
  const syncs = useSyncsOf(connection.id);
  const mayWrite = useMay('syncs:write');
  const problem = syncs.error && problemOf(syncs.error);
  const notConfigured = problem?.slug === 'syncs-not-configured';
  return (
    <DrawerContent title={labels.title} overline={connection.account.name} onClose={onClose}>
      <Hint>{notConfigured ? labels.notConfigured : labels.intro}</Hint>
      {problem && !notConfigured && <ProblemAlert problem={problem} onRetry={syncs.refetch} />}
      {syncs.isPending && <Skeleton variant="rounded" height={160} aria-label={labels.loading} />}
      {syncs.data?.map((sync) => {
        const types = typeNames(integration, sync);
        return (
          <Box key={sync.id} sx={{ display: 'grid', gap: 1.5 }}>
            <Typography variant="h3" sx={{ typography: 'subtitle1' }}>
              {types}
            </Typography>
            <SyncView sync={sync} types={types} />
            <Divider />
          </Box>
        );
      })}
      {syncs.data && mayWrite && <NewSync integration={integration} connection={connection} />}
    </DrawerContent>
  );
}

function NewSync({ integration, connection }: Pick<SyncsProps, 'integration' | 'connection'>) {
  const types = integration.itemTypeDetails.filter(({ parentRequired }) => !parentRequired);
  const [selected, setSelected] = useState(() => types.filter(({ byDefault }) => byDefault).map(({ type }) => type));
  const create = useCreateSync(connection.id);
  return (
    <Box component="fieldset" sx={{ display: 'grid', gap: 1, justifyItems: 'start', border: 0, p: 0, m: 0 }}>
      <Typography component="legend" variant="subtitle1">
        {labels.select}
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
                onChange={({ target: { checked } }) =>
                  setSelected(checked ? [...selected, type] : selected.filter((one) => one !== type))
                }
              />
            }
          />
        ))}
      </FormGroup>
      {create.error !== null && <ProblemAlert problem={problemOf(create.error)} onDismiss={create.reset} />}
      <Button
        variant="contained"
        loading={create.isPending}
        disabled={selected.length === 0}
        onClick={() => create.mutate(selected)}
      >
        {labels.create}
      </Button>
    </Box>
  );
}
