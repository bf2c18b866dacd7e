import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createCauseway } from '@causeway/client';
import { CausewayProvider, ConnectButton, useConnect, useConnectionEvents, useConnections } from '@causeway/react';

const parameters = new URLSearchParams(window.location.search);
const user = { orgId: 'acme', userId: parameters.get('user') ?? '' };
const client = createCauseway({ baseUrl: parameters.get('service') ?? '' });

function Accounts() {
  const request = { ...user, integration: 'hubspot' };
  const { connections, problem, disconnect } = useConnections(request);
  const { state, connect } = useConnect();
  const [events, setEvents] = useState<string[]>([]);
  const status = useConnectionEvents(user, ({ event }) => setEvents((before) => [...before, event]));
  return (
    <>
      <button onClick={() => connect(request)}>Connect HubSpot</button>
      <ConnectButton {...request} name="HubSpot" locale="fr" texts={{ connectName: '+ {name}' }} />
      <p role="status">
        {state?.phase ?? 'idle'}, events: {status}
      </p>
      <p role="alert">{state?.phase === 'failed' ? state.problem.detail : problem?.detail}</p>
      <ul aria-label="Accounts">
        {connections?.map(({ id, account }) => (
          <li key={id}>
            {account.name} <button onClick={() => void disconnect(id)}>Disconnect</button>
          </li>
        ))}
      </ul>
      <ol aria-label="Events">
        {events.map((event, index) => (
          <li key={index}>{event}</li>
        ))}
      </ol>
    </>
  );
}

createRoot(document.getElementById('root')!).render(
  <CausewayProvider client={client}>
    <Accounts />
  </CausewayProvider>,
);
