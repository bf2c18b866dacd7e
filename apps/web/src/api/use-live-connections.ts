import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { followConnections } from '@causeway/client';
import { onCallbackMessage } from '@causeway/client/browser';
import { connectionsKey, type Who } from './queries.js';
import { useService } from './service.js';

/**
 * What becomes of connections shows at once: in another tab, by a back end, at the provider. Only while somebody looks: browsers open
 * few connections to one service, and a tab in the background should hold none of them.
 */
export function useLiveConnections(who: Who | null): void {
  const service = useService();
  const queries = useQueryClient();
  const { orgId, userId } = who ?? {};
  useEffect(() => {
    if (orgId === undefined || userId === undefined) return;
    const readAgain = () => void queries.invalidateQueries({ queryKey: connectionsKey });
    let away = new AbortController();
    const follow = async () => {
      for await (const _ of followConnections(service, { orgId, userId, signal: away.signal })) readAgain();
    };
    const look = () => {
      away.abort();
      away = new AbortController();
      // Who may not read them is told by everything else that is asked.
      if (document.visibilityState === 'visible') follow().catch(() => undefined);
    };
    look();
    document.addEventListener('visibilitychange', look);
    // A service that cannot keep a stream open still has this way to tell other tabs.
    const unmounted = new AbortController();
    onCallbackMessage(window.location.origin, readAgain, unmounted.signal);
    return () => {
      away.abort();
      document.removeEventListener('visibilitychange', look);
      unmounted.abort();
    };
  }, [service, queries, orgId, userId]);
}
