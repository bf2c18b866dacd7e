import { Chip, Skeleton } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { Hint } from '../../layout/hint.js';
import { DescriptionList } from '../../layout/description-list.js';
import { Panel } from '../../layout/panel.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { texts } from '../texts.js';
import { useReadiness } from './use-readiness.js';

const labels = texts.health;

export function StatePanel() {
  const { data, error, refetch } = useReadiness();
  const names = new Map(useIntegrations().data?.map(({ id, name }) => [id, name]));
  if (error !== null) return <ProblemAlert problem={problemOf(error)} onRetry={refetch} />;
  if (data === undefined) return <Skeleton variant="rounded" height={150} aria-label={texts.loading} />;
  return (
    <Panel id="state-title" title={labels.title} level="h3">
      <Hint role="status">{data.status === 'ok' ? labels.ready : labels.notReady}</Hint>
      <DescriptionList
        stacked
        entries={Object.entries(data.parts).map(([part, { status, detail, warnings }]) => [
          labels.parts[part] ?? names.get(part) ?? part,
          <>
            <Chip
              size="small"
              variant="outlined"
              color={status === 'ok' ? 'success' : 'error'}
              label={labels.states[status]}
            />{' '}
            {detail !== null && (labels.kinds[detail] ?? detail)}
            {warnings.map((warning) => (
              <Hint key={warning.name}>{warning.detail}</Hint>
            ))}
          </>,
        ])}
      />
    </Panel>
  );
}
