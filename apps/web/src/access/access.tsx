import { useMemo, useState, type ReactNode } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { createQueries, createService, ServiceProvider } from '../api/service.js';
import { Header } from '../layout/header.js';
import { AccessKeyDialog } from './access-key-dialog.js';

/**
 * Gives the app its way to the service. The service says whether it wants a key (sandbox mode does not); one that was given is kept
 * in memory only. Another key is another session: nothing that was loaded with the one before is shown on.
 */
export function Access({ children }: { children: ReactNode }) {
  const [key, setKey] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const session = useMemo(
    () => ({ service: createService(key, () => setRefused(true)), queries: createQueries() }),
    [key],
  );

  const accept = (accepted: string) => {
    setKey(accepted);
    setRefused(false);
  };
  return (
    <ServiceProvider value={session.service}>
      <QueryClientProvider client={session.queries}>
        <Header onForgetKey={key === null ? undefined : () => setKey(null)} />
        {refused ? <AccessKeyDialog onAccept={accept} /> : <div key={key}>{children}</div>}
      </QueryClientProvider>
    </ServiceProvider>
  );
}
