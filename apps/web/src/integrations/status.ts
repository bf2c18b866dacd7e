import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';

interface Status {
  label: string;
  color: 'success' | 'warning' | 'default';
}

/** How one user stands with an integration, over all of their accounts. */
export function statusOf({ configured }: Integration, connections: Connection[]): Status {
  if (connections.some(({ status }) => status === 'needs-reconnect'))
    return { label: texts.status.needsReconnect, color: 'warning' };
  if (connections.length > 1) return { label: texts.status.accounts(connections.length), color: 'success' };
  if (connections.length === 1) return { label: texts.status.connected, color: 'success' };
  return { label: configured ? texts.status.notConnected : texts.status.notConfigured, color: 'default' };
}
