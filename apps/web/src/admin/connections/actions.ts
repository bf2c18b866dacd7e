import type { CausewayClient, Connection } from '@causeway/client';
import { dataOf, problemOf } from '../../api/service-problem.js';
import { texts } from '../texts.js';

/** In the order in which they are offered: what cannot be undone comes last. */
export const ACTIONS = ['check', 'refresh', 'disconnect'] as const satisfies (keyof typeof texts.actions)[];

export type Action = (typeof ACTIONS)[number];

/** What came of it, for people. */
export interface Outcome {
  tone: 'success' | 'warning' | 'error';
  sentence: string;
}

/** Never fails: what went wrong is an outcome as well. */
export async function perform(service: CausewayClient, action: Action, connection: Connection): Promise<Outcome> {
  try {
    return await run(service, action, connection);
  } catch (error) {
    const { slug, detail } = problemOf(error);
    if (slug === 'unknown-connection') return { tone: 'warning', sentence: texts.bulk.alreadyGone };
    return { tone: 'error', sentence: detail };
  }
}

async function run(service: CausewayClient, action: Action, { id, lastRefreshedAt }: Connection): Promise<Outcome> {
  const params = { path: { id } };
  switch (action) {
    case 'check': {
      const { problem } = await dataOf(service.POST('/connections/{id}/check', { params }));
      if (problem === null) return { tone: 'success', sentence: texts.bulk.works };
      return { tone: 'warning', sentence: problem.detail };
    }
    case 'refresh': {
      const refreshed = await dataOf(service.POST('/connections/{id}/refresh', { params }));
      const isNew = refreshed.lastRefreshedAt !== lastRefreshedAt;
      return { tone: 'success', sentence: isNew ? texts.bulk.refreshed : texts.bulk.notRefreshed };
    }
    case 'disconnect': {
      const { revoked } = await dataOf(service.DELETE('/connections/{id}', { params }));
      if (revoked === 'failed') return { tone: 'warning', sentence: texts.bulk.revocationFailed };
      return { tone: 'success', sentence: texts.bulk[revoked] };
    }
  }
}
