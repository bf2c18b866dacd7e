import { unwrap, type CausewayClient, type Connection } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { texts } from '../texts.js';

/** In the order of their buttons: the one that cannot be undone is last. */
export const ACTIONS = ['check', 'refresh', 'disconnect'] as const satisfies (keyof typeof texts.actions)[];

export type Action = (typeof ACTIONS)[number];

export interface ActionResult {
  severity: 'success' | 'warning' | 'error';
  message: string;
}

/** Never rejects: an error is a result too. */
export async function runAction(client: CausewayClient, action: Action, connection: Connection): Promise<ActionResult> {
  try {
    return await request(client, action, connection);
  } catch (error) {
    const { slug, detail } = problemOf(error);
    if (slug === 'unknown-connection') return { severity: 'warning', message: texts.bulk.alreadyDisconnected };
    return { severity: 'error', message: detail };
  }
}

async function request(
  client: CausewayClient,
  action: Action,
  { id, lastRefreshedAt }: Connection,
): Promise<ActionResult> {
  const params = { path: { id } };
  switch (action) {
    case 'check': {
      const { problem } = await unwrap(client.POST('/connections/{id}/check', { params }));
      if (problem === null) return { severity: 'success', message: texts.bulk.works };
      return { severity: 'warning', message: problem.detail };
    }
    case 'refresh': {
      const refreshed = await unwrap(client.POST('/connections/{id}/refresh', { params }));
      const isNew = refreshed.lastRefreshedAt !== lastRefreshedAt;
      return { severity: 'success', message: isNew ? texts.bulk.refreshed : texts.bulk.notRefreshed };
    }
    case 'disconnect': {
      const { revoked } = await unwrap(client.DELETE('/connections/{id}', { params }));
      return { severity: revoked === 'failed' ? 'warning' : 'success', message: texts.bulk.disconnected[revoked] };
    }
  }
}
