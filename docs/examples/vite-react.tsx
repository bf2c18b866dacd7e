// src/main.tsx of a Vite project with React.
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createCauseway, sessionFrom } from '@causeway/client';
import { CausewayProvider, ConnectModal, useAccounts } from '@causeway/react';

const client = createCauseway({ baseUrl: 'http://localhost:8000', sessionToken: sessionFrom('/causeway-session') });

function Settings() {
  const [open, setOpen] = useState(false);
  const { connections = [] } = useAccounts();
  return (
    <main>
      <button onClick={() => setOpen(true)}>Connect your accounts</button>
      <ConnectModal open={open} onClose={() => setOpen(false)} />
      <ul aria-label="Your accounts">
        {connections.map(({ id, account, status }) => (
          <li key={id}>
            {account.name}: {status}
          </li>
        ))}
      </ul>
    </main>
  );
}

createRoot(document.getElementById('root')!).render(
  <CausewayProvider client={client}>
    <Settings />
  </CausewayProvider>,
);
