import { Button, type ButtonProps } from '@mui/material';
import { type CausewayClient, type Connection, unwrap } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { useMay } from '../../session/caller.js';
import { inWords } from '../../texts.js';

/** In the order of their buttons: the one that cannot be undone is last. */
const ACTIONS = ['check', 'refresh', 'disconnect'] as const;

export type Action = (typeof ACTIONS)[number];

export interface ActionResult {
  severity: 'success' | 'warning' | 'error';
  message: string;
}

const DISCONNECTED = {
  revoked: 'Disconnected, and the provider has revoked the access.',
  shared: 'Disconnected. Another connection uses the same access, so it was not revoked.',
  unsupported: 'Disconnected. The provider cannot revoke the access from here.',
  failed: 'Disconnected here. The provider did not confirm that the access is revoked.',
};

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
    return { severity: revoked === 'failed' ? 'warning' : 'success', message: DISCONNECTED[revoked] };
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
