import { useState } from 'react';
import { Alert, Box, Button, Link, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { type Connection, type Integration, unwrap } from '@causeway/client';
import { CheckIcon, CircleIcon } from '../../icons.js';
import { Hint, LiveRegion, Panel } from '../../layout/content.js';
import { CopyField, Field, TWO_COLUMNS, useForm } from '../forms.js';
import { lists, RequestState, useAction, useIntegrations, usePaged } from '../requests.js';
import { texts } from '../texts.js';

const ITEMS = 'Items of a user (scope items:read)';
const SESSION = 'A session token for the browser of a user (scope sessions:write)';

type Example = Pick<Connection, 'id' | 'orgId' | 'userId' | 'integration'>;

/** Requests with the ids of this installation, to be pasted. */
function Snippets(example: Example) {
  const [language, setLanguage] = useState<keyof typeof SNIPPETS>('curl');
  return (
    <Panel
      id="snippets-title"
      title="Code snippets"
      level="h3"
      action={
        <ToggleButtonGroup
          size="small"
          exclusive
          value={language}
          aria-label="Language"
          onChange={(_, chosen: keyof typeof SNIPPETS | null) => chosen !== null && setLanguage(chosen)}
        >
          {Object.keys(SNIPPETS).map((name) => (
            <ToggleButton key={name} value={name}>
              {name}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      <Hint>
        With the IDs of the account that was connected last. Keep your API key in CAUSEWAY_KEY, and never in a browser.
      </Hint>
      <CopyField text={SNIPPETS[language](window.location.origin, example)} label={language} />
    </Panel>
  );
}

const SNIPPETS = {
  curl: (origin: string, { id, orgId, userId, integration }: Example) => `# ${ITEMS}
curl -X POST ${origin}/integrations/${integration}/load \\
  -H "Authorization: Bearer $CAUSEWAY_KEY" -H "Content-Type: application/json" \\
  -d ${inShell(JSON.stringify({ orgId, userId }))}

# An access token that is valid now (scope credentials:read)
curl ${origin}/connections/${id}/token -H "Authorization: Bearer $CAUSEWAY_KEY"

# ${SESSION}
curl -X POST ${origin}/sessions \\
  -H "Authorization: Bearer $CAUSEWAY_KEY" -H "Content-Type: application/json" \\
  -d ${inShell(JSON.stringify({ orgId, userId }))}`,

  TypeScript: (origin: string, { orgId, userId, integration }: Example) =>
    `import { createCauseway, unwrap } from '@causeway/client';

const causeway = createCauseway({ baseUrl: '${origin}', apiKey: process.env.CAUSEWAY_KEY });
const user = ${JSON.stringify({ orgId, userId })};

// ${ITEMS}
const params = { path: { integration: '${integration}' } };
const { items } = await unwrap(causeway.POST('/integrations/{integration}/load', { params, body: user }));

// ${SESSION}
const { token } = await unwrap(causeway.POST('/sessions', { body: user }));`,

  React: (origin: string) => `import { ConnectAccounts } from '@causeway/react';

// The route of your back end that responds with a session is in docs/embedding.md
<ConnectAccounts variant="button" baseUrl="${origin}" sessionUrl="/causeway-session" />`,
};

const inShell = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Each step is ticked by what the service has recorded of it. */
function Checklist({ integrations, isConnected }: { integrations: Integration[]; isConnected: boolean }) {
  const isSandbox = integrations.some(({ sandbox }) => sandbox);
  const isConfigured = integrations.some(({ configured, sandbox }) => configured && !sandbox);
  const keys = usePaged(lists.keys).rows ?? [];
  const steps: [title: string, detail: string, href: string, isDone: boolean][] = [
    [
      'Configure an integration',
      isSandbox
        ? 'Not needed in sandbox mode: mock providers stand in. For real accounts, register an app with the provider.'
        : 'Register an app with the provider and set its client ID and secret.',
      '/admin?tab=setup',
      isConfigured,
    ],
    ['Connect an account', 'Use the Accounts page, or send a user a link.', '/', isConnected],
    ['Load items', 'See what is in the connected account.', '/', useIsAudited('items-loaded')],
    ['Create an API key', 'Your back end needs one to call the API.', '/admin?tab=keys', keys.length > 0],
    [
      'Embed it in your product',
      'Your back end creates a session for the user, and your page shows the connect button.',
      '#snippets-title',
      useIsAudited('session-made'),
    ],
  ];
  const isNeeded = !isSandbox || isConfigured;
  const needed = isNeeded ? steps : steps.slice(1);
  const done = needed.filter(([, , , isDone]) => isDone).length;
  return (
    <Panel id="start-title" title="Get started" level="h3" action={<Hint>{`${done} of ${needed.length} done`}</Hint>}>
      <Box component="ol" sx={{ display: 'grid', gap: 1.5 }}>
        {steps.map(([title, detail, href, isDone], index) => (
          <Box component="li" key={title} sx={{ display: 'flex', gap: 1 }}>
            {isDone ? (
              <CheckIcon color="success" titleAccess={texts.done} />
            ) : (
              <CircleIcon color="disabled" titleAccess={index > 0 || isNeeded ? 'To do' : 'Not needed'} />
            )}
            <div>
              <Link component={href.startsWith('#') ? 'a' : RouterLink} href={href} sx={{ fontWeight: 600 }}>
                {title}
              </Link>
              <Hint>{detail}</Hint>
            </div>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

const useIsAudited = (type: string): boolean =>
  (usePaged({ ...lists.audit, filter: { type }, wanted: 1 }).rows ?? []).length > 0;

/** A link that an administrator sends to a user: whoever opens it is asked whether the user is them. */
function ConnectLink({ integrations, initial }: { integrations: Integration[]; initial: Example }) {
  const link = useAction((client, { orgId, userId, integration }: Example) => {
    const body = { orgId: orgId.trim(), userId: userId.trim(), finish: 'person' as const };
    return unwrap(client.POST('/integrations/{integration}/authorize', { params: { path: { integration } }, body }));
  });
  const { values, field, onSubmit } = useForm(initial, link);
  const isKnown = integrations.some(({ id }) => id === values.integration);
  return (
    <Panel id="link-title" title="Connect link" level="h3">
      <Hint>Send this link to a user to connect an account. It asks the user to confirm who they are.</Hint>
      <Box component="form" onSubmit={onSubmit} sx={{ ...TWO_COLUMNS, gap: 1.5 }}>
        <Field {...field('orgId', texts.org)} size="small" />
        <Field {...field('userId', texts.user)} size="small" />
        <Field
          {...field('integration', texts.integration)}
          {...(!isKnown && { value: '' })}
          size="small"
          options={integrations.map(({ id, name }) => [id, name])}
        />
        <Button type="submit" variant="contained" loading={link.isPending} disabled={integrations.length === 0}>
          Create link
        </Button>
      </Box>
      <RequestState of={[link]} />
      <LiveRegion>
        {link.data && (
          <>
            <Alert severity="success">The link works once, for 10 minutes. Send it only to this user.</Alert>
            <CopyField text={link.data.authorizationUrl} label="connect link" variant="contained" />
          </>
        )}
      </LiveRegion>
    </Panel>
  );
}

/** The user and the integration that were connected last, or made-up names: what the snippets begin with. */
export function StartTab() {
  const integrations = useIntegrations().data ?? [];
  const newest = usePaged({ ...lists.connections, wanted: 1 });
  if (newest.isPending) return null;
  const connection = newest.rows?.[0];
  const configured = integrations.filter((one) => one.configured);
  const integration = (configured[0] ?? integrations[0])?.id ?? '';
  const example = connection ?? { id: 'CONNECTION_ID', orgId: 'acme', userId: 'ann', integration };
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { lg: 'repeat(2, minmax(0, 1fr))' } }}>
      <Checklist integrations={integrations} isConnected={connection !== undefined} />
      <ConnectLink integrations={configured} initial={example} />
      <Box sx={{ gridColumn: '1 / -1' }}>
        <Snippets {...example} />
      </Box>
    </Box>
  );
}
