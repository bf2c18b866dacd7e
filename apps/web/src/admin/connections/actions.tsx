import { Button, type ButtonProps } from '@mui/material';
import { unwrap, type CausewayClient, type Connection } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { useMay } from '../../session/caller.js';
import { inWords } from '../../texts.js';
import { texts } from '../texts.js';

/** In the order of their buttons: the one that cannot be undone is last. */
const ACTIONS = ['check', 'refresh', 'disconnect'] as const;

export type Action = (typeof ACTIONS)[number];

export interface ActionResult {
  severity: 'success' | 'warning' | 'error';
  message: string;
}

const REQUESTS: Record<Action, (client: CausewayClient, connection: Connection) => Promise<ActionResult>> = {
  check: async (client, { id }) => {
    const { problem } = await unwrap(client.POST('/connections/{id}/check', { params: { path: { id } } }));
    if (problem === null) return { severity: 'success', message: 'It works.' };
    return { severity: 'warning', message: problem.detail };
  },
  refresh: async (client, { id, lastRefreshedAt }) => {
    const refreshed = await unwrap(client.POST('/connections/{id}/refresh', { params: { path: { id } } }));
    const isNew = refreshed.lastRefreshedAt !== lastRefreshedAt;
    return { severity: 'success', message: isNew ? 'Refreshed.' : 'Not refreshed: its token does not expire.' };
  },
  disconnect: async (client, { id }) => {
    const { revoked } = await unwrap(client.DELETE('/connections/{id}', { params: { path: { id } } }));
    return { severity: revoked === 'failed' ? 'warning' : 'success', message: texts.bulk.disconnected[revoked] };
  },
};

/** Never rejects: an error is a result too. */
export async function runAction(client: CausewayClient, action: Action, connection: Connection): Promise<ActionResult> {
  try {
    return await REQUESTS[action](client, connection);
  } catch (error) {
    const { slug, detail } = problemOf(error);
    if (slug === 'unknown-connection') return { severity: 'warning', message: 'It was already disconnected.' };
    return { severity: 'error', message: detail };
  }
}

interface ActionButtonsProps extends Pick<ButtonProps, 'size' | 'sx'> {
  running?: Action | null;
  onAction: (action: Action) => void;
}

/** The actions that the caller may do. */
export function ActionButtons({ running = null, onAction, ...button }: ActionButtonsProps) {
  const canWrite = useMay('connections:write');
  return ACTIONS.filter((action) => canWrite || action === 'check').map((action) => (
    <Button
      key={action}
      {...button}
      variant="outlined"
      color={action === 'disconnect' ? 'error' : 'primary'}
      loading={running === action}
      disabled={running !== null}
      onClick={() => onAction(action)}
    >
      {inWords(action)}
    </Button>
  ));
}
