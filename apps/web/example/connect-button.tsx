/**
 * A page of your own product, on your own origin (listed in `WEB_ORIGINS`), where people connect their accounts. Your back end asks
 * Causeway for a session with its API key (`POST /sessions`) for whoever is signed in; the browser gets nothing but that.
 */
import { createRoot } from 'react-dom/client';
import { createCauseway, type Integration } from '@causeway/client';
import { takeReturned } from '@causeway/client/browser';
import { ConnectButton } from '@causeway/react';

interface Session {
  /** Where Causeway is reached. */
  service: string;
  orgId: string;
  userId: string;
  token: string;
  expiresAt: string;
}

/** Where a popup was blocked, the whole page went to the provider and is back now. */
const returned = takeReturned();
const fault = returned !== null && 'error' in returned ? returned.error.message : null;

const newSession = async (): Promise<Session> =>
  (await (await fetch('/session', { method: 'POST' })).json()) as Session;

let session = await newSession();
const { service, orgId, userId } = session;

const client = createCauseway({
  baseUrl: service,
  sessionToken: async () => {
    if (Date.parse(session.expiresAt) - Date.now() < 60_000) session = await newSession();
    return session.token;
  },
});

function Settings({ integrations }: { integrations: Integration[] }) {
  return (
    <main style={{ font: '16px/1.6 system-ui, sans-serif', maxWidth: '40rem', margin: '2rem auto', padding: '0 1rem' }}>
      <h1>Your accounts</h1>
      {fault === null ? null : <p role="alert">{fault}</p>}
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {integrations.map(({ id, name }) => (
          <li key={id} style={{ padding: '0.75rem 0', borderTop: '1px solid #8884' }}>
            <ConnectButton client={client} integration={id} name={name} orgId={orgId} userId={userId} />
          </li>
        ))}
      </ul>
    </main>
  );
}

const { data } = await client.GET('/integrations');
createRoot(document.getElementById('root') ?? document.body).render(
  <Settings integrations={data?.integrations ?? []} />,
);
