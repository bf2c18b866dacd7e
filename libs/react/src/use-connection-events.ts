'use client';

import { useEffect, useRef, useState } from 'react';
import type { ConnectionEvent } from '@causeway/client';
import {
  subscribeToConnections,
  type ConnectionEventsFilter,
  type ConnectionEventsStatus,
} from '@causeway/client/browser';
import { useCauseway } from './causeway-provider.js';

/**
 * Calls `onEvent` with the events of connections as they happen: in another tab, by a back end, at the provider.
 * @param filter `null`: subscribes to nothing
 */
export function useConnectionEvents(
  filter: ConnectionEventsFilter | null,
  onEvent: (event: ConnectionEvent) => void,
): ConnectionEventsStatus {
  const client = useCauseway();
  const [status, setStatus] = useState<ConnectionEventsStatus>('connecting');
  const latestOnEvent = useRef(onEvent);
  useEffect(() => {
    latestOnEvent.current = onEvent;
  });
  // Callers write the filter as a literal: compare it by its value.
  const key = filter && JSON.stringify(filter);
  useEffect(() => {
    if (key === null) return;
    const listener = { onEvent: (event: ConnectionEvent) => latestOnEvent.current(event), onStatus: setStatus };
    return subscribeToConnections(client, JSON.parse(key) as ConnectionEventsFilter, listener);
  }, [client, key]);
  return status;
}
