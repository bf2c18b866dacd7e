'use client';

import { useState } from 'react';
import { createCauseway } from '@causeway/client';
import { CausewayProvider, ConnectButton } from '@causeway/react';

export function Connect({ baseUrl, integration, name }: { baseUrl: string; integration: string; name: string }) {
  const [client] = useState(() => createCauseway({ baseUrl }));
  return (
    <CausewayProvider client={client}>
      <ConnectButton integration={integration} name={name} orgId="acme" userId="next" />
    </CausewayProvider>
  );
}
