/**
 * A page of your own product, on your own origin (listed in `WEB_ORIGINS`), where users connect their accounts. Your back end requests a
 * session for the signed-in user with its API key (`POST /sessions`); the browser gets nothing else.
 */
import { createRoot } from 'react-dom/client';
import { createCauseway, unwrap, type Integration } from '@causeway/client';
import { consumeRedirectResult, finishRedirect } from '@causeway/client/browser';
import { CausewayProvider, ConnectAccounts, ConnectButton } from '@causeway/react';

interface Session {
  /** The service's `PUBLIC_URL`. */
  service: string;
  orgId: string;
  userId: string;
  token: string;
  expiresAt: string;
}

/** Not `null` when the provider has sent the browser back here: the popup was blocked, or it has lost this page. */
const redirected = consumeRedirectResult();

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

/** Only this page knows which user is signed in, so it finishes the connection. */
const result = redirected && (await finishRedirect(client, redirected, { orgId, userId }));

function Settings({ integrations }: { integrations: Integration[] }) {
  return (
    <main style={{ font: '16px/1.6 system-ui, sans-serif', maxWidth: '40rem', margin: '2rem auto', padding: '0 1rem' }}>
      <h1>Your accounts</h1>
      {result?.phase === 'failed' ? <p role="alert">{result.problem.detail}</p> : null}
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {integrations.map(({ id, name }) => (
          <li key={id} style={{ padding: '0.75rem 0', borderTop: '1px solid #8884' }}>
            <ConnectButton integration={id} name={name} orgId={orgId} userId={userId} />
          </li>
        ))}
      </ul>
      {/* The dialog: several accounts each, disconnect. */}
      <ConnectAccounts variant="button">Manage your accounts</ConnectAccounts>
    </main>
  );
}

const { integrations } = await unwrap(client.GET('/integrations'));
createRoot(document.getElementById('root') ?? document.body).render(
  <CausewayProvider client={client}>
    <Settings integrations={integrations} />
  </CausewayProvider>,
);
