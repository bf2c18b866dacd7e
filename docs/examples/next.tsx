// app/accounts/page.tsx of a Next.js project.
'use client';

import { useState } from 'react';
import { ConnectAccounts } from '@causeway/react';

export default function AccountsPage() {
  const [connected, setConnected] = useState('');
  return (
    <main>
      <h1>Your accounts</h1>
      <ConnectAccounts
        variant="inline"
        baseUrl="http://localhost:8000"
        sessionUrl="/causeway-session"
        onConnected={({ account }) => setConnected(account.name)}
      />
      <output>{connected}</output>
    </main>
  );
}
