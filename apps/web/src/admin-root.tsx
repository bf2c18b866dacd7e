import { useEffect } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { useCauseway } from '@causeway/react';
import AdminPage from './admin/admin-page.js';
import { queryClientOf } from './api/queries.js';
import { useCaller } from './session/caller.js';

/** The only page with this cache: what the Accounts page shows is kept up to date by its hooks. */
export default function AdminRoot() {
  const queryClient = queryClientOf(useCauseway());
  const caller = useCaller();
  // Whoever has signed in again gets what was refused before.
  useEffect(() => void queryClient.invalidateQueries(), [queryClient, caller]);
  return (
    <QueryClientProvider client={queryClient}>
      <AdminPage />
    </QueryClientProvider>
  );
}
