import { useState } from 'react';
import { Box, Button } from '@mui/material';
import type { IntegrationDetails, Sync, SyncRun } from '@causeway/client';
import { useSyncActions, useSyncRuns, type SyncAction } from '@causeway/react';
import { ConfirmDialog } from '../layout/confirm-dialog.js';
import { DateTime, DescriptionList, Hint } from '../layout/content.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { StateChip } from '../layout/state-chip.js';
import { useMay } from '../session/caller.js';
import { itemCount, texts } from '../texts.js';

const labels = texts.syncs;

/** For people; a type that the integration no longer has stays as it is. */
export function typeNames(integration: IntegrationDetails | undefined, { types, parent }: Sync): string {
  const names = types.map((type) => integration?.itemTypeDetails.find((one) => one.type === type)?.pluralLabel ?? type);
  return names.join(', ') + (parent === null ? '' : ` (${parent})`);
}

interface SyncViewProps {
  sync: Sync;
  /** Plural names of its types. */
  types: string;
  /** Loads the sync again. */
  onChange: () => unknown;
}

/** What is known of a sync, and what can be done with it. */
export function SyncView({ sync, types, onChange }: SyncViewProps) {
  const { status, items, lastRun, nextRunAt } = sync;
  const [confirming, setConfirming] = useState(false);
  const [showsRuns, setShowsRuns] = useState(false);
  const { act, pending, problem, dismiss } = useSyncActions(sync, onChange);
  const mayWrite = useMay('syncs:write');
  const running = lastRun?.outcome === 'running' ? lastRun.kind : null;
  const broken = status === 'needs-reconnect';
  const toggleRuns = () => setShowsRuns(!showsRuns);
  const button = (name: Exclude<SyncAction, 'create'>, hasNoEffect = false) => (
    <Button
      size="small"
      variant="outlined"
      color={name === 'delete' ? 'error' : 'primary'}
      aria-label={`${labels.actions[name]}: ${types}`}
      loading={pending === name}
      disabled={pending !== null || hasNoEffect}
      onClick={() => (name === 'delete' ? setConfirming(true) : void act(name))}
    >
      {labels.actions[name]}
    </Button>
  );
  return (
    <Box role="group" aria-label={types} sx={{ display: 'grid', gap: 1.5 }}>
      <DescriptionList
        entries={[
          [labels.status, <StateChip state={status} />],
          [labels.known, itemCount(items)],
          [labels.lastRun, lastRun ? <RunText run={lastRun} /> : labels.noRun],
          [labels.nextRun, <DateTime time={nextRunAt} missing="Not scheduled" />],
          ['ID for the API', <code>{sync.id}</code>],
        ]}
      />
      {lastRun?.problem && <ProblemAlert severity="warning" problem={lastRun.problem} />}
      {problem && <ProblemAlert problem={problem} onDismiss={dismiss} />}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {mayWrite && (
          <>
            {/* A run that goes on is not begun again, except that a full pass follows another one. */}
            {button('run', running !== null || broken)}
            {button('full', running === 'full' || broken)}
            {button(status === 'paused' ? 'resume' : 'pause')}
            {button('delete')}
          </>
        )}
        <Button size="small" aria-expanded={showsRuns} aria-label={`${labels.runs}: ${types}`} onClick={toggleRuns}>
          {labels.runs}
        </Button>
      </Box>
      {showsRuns && <Runs sync={sync} />}
      <ConfirmDialog
        open={confirming}
        title={`Delete the sync of ${types}?`}
        detail="The copy of its items is deleted here. The items at the provider are not changed."
        confirm={labels.actions.delete}
        loading={pending !== null}
        onCancel={() => setConfirming(false)}
        onConfirm={() => void act('delete').then(() => setConfirming(false))}
      />
    </Box>
  );
}

export function RunText({ run }: { run: SyncRun }) {
  const { kind, outcome, startedAt, endedAt, added, updated, deleted } = run;
  return (
    <>
      {`${labels.kinds[kind]}: ${outcome}`}
      <div>{`${added.toLocaleString()} added, ${updated.toLocaleString()} updated, ${deleted.toLocaleString()} deleted`}</div>
      <DateTime time={endedAt ?? startedAt} />
    </>
  );
}

function Runs({ sync }: { sync: Sync }) {
  const { runs, problem, reload } = useSyncRuns(sync);
  if (problem) return <ProblemAlert problem={problem} onRetry={reload} />;
  if (runs?.length === 0) return <Hint>{labels.noRun}</Hint>;
  return (
    <Box component="ol" aria-label={labels.runs} sx={{ display: 'grid', gap: 1.5, typography: 'body2' }}>
      {runs?.map((run) => (
        <li key={run.id}>
          <RunText run={run} />
          {run.problem && <div>{`${run.problem.title}: ${run.problem.detail}`}</div>}
        </li>
      ))}
    </Box>
  );
}
