import { EXAMPLE } from './integrations/documented-example.js';

/** The introduction of the API's documentation, in Markdown. */
export const DESCRIPTION = `
Connect your users' accounts, keep their credentials fresh, and load their items in one shape. [Open the web app](/)

## Try it in sandbox mode

\`npm start\` without client ids runs sandbox mode: built-in mock providers with made-up data, and no sign-in. Every example on this page
succeeds there, in this order:

1. **[Start connecting an account](#/Connect/authorize)**: Try it out, Execute, then open the authorization page that is offered, and allow access.
2. **[List connections](#/Connections/listConnections)**: the id of the newest connection is filled in wherever this page asks for one.
3. **[Load items](#/Items/loadItems)**, or call the provider's own API **[through the proxy](#/Proxy/proxyGet)**.

In production, choose **Authorize** and enter an API key. A key for a back end is created by [Create an API key](#/API%20keys/createKey) or by
\`npm run make-key\`.

## Connect an account with a popup

1. Your back end creates a session for the user who is signed in (\`POST /sessions\`), and gives its token to the page.
2. On a click, the page opens an empty window, calls \`POST /integrations/{integration}/authorize\` with the token, and sends the window to
   \`authorizationUrl\`. The user signs in at the provider and allows access.
3. The provider sends the window back to \`/integrations/{integration}/oauth2callback\`. That page posts a message to the page that opened it,
   if its origin is in \`WEB_ORIGINS\`, and closes:

       { "source": "causeway", "type": "authorized", "integration": "${EXAMPLE.id}", "finishCode": "…" }

   The type is \`connected\` with a \`connectionId\` where nothing is left to do, and \`failed\` with a \`problem\` otherwise.
4. The page checks \`event.origin\` and sends \`finishCode\` to \`POST /connections/finish\`, which creates the connection.

\`connectAccount\` of \`@causeway/client/browser\` and the button of \`@causeway/react\` do steps 2 to 4, also where the browser blocks the
popup or a provider's page cuts it off from its opener. Without a popup, name a \`returnTo\`: the browser ends there, with one of
\`?finishCode=\`, \`?connectionId=\` and \`?problem=\`.

## Errors

Errors are \`application/problem+json\` (RFC 9457). Switch on \`slug\`, which is stable; \`detail\` is a sentence for people.
`.trim();

/** In the order in which somebody new needs them. */
export const TAGS: readonly [name: string, description: string][] = [
  ['Connect', 'Let a user authorize an account.'],
  ['Connections', 'Look at connections, check, refresh and disconnect them.'],
  ['Items', 'Load what is in an account, in one shape for all providers.'],
  ['Syncs', 'Keep a copy of what is in an account in step, and read its changes.'],
  ['Proxy', "Call the provider's own API with a connection's credential."],
  ['Events', 'Follow connections as they change.'],
  ['Webhooks', 'Have your own service told of what happens.'],
  ['Integrations', 'The providers that can be connected, and how to set them up.'],
  ['Sessions', 'Short-lived tokens for browsers.'],
  ['API keys', 'Credentials of back ends.'],
  ['Activity', 'What was asked of the providers, and how it ended.'],
  ['Audit log', 'Who did what.'],
  ['Web app', 'What the web app of this service uses.'],
  ['Operations', 'Health checks and metrics.'],
];
