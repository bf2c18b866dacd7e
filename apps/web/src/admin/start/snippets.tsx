import { useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { Hint, Panel } from '../../layout/content.js';
import { CopyField } from '../copy-field.js';
import { texts } from '../texts.js';

const labels = texts.start.snippets;

interface Example {
  orgId: string;
  userId: string;
  integration: string;
  /** `undefined`: nobody has connected an account. */
  connectionId: string | undefined;
}

/** Requests with the ids of this installation, to be pasted. */
export function Snippets(example: Example) {
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
          {(Object.keys(SNIPPETS) as (keyof typeof SNIPPETS)[]).map((name) => (
            <ToggleButton key={name} value={name} sx={{ textTransform: 'none' }}>
              {labels.languages[name]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      <Hint>
        With the IDs of the account that was connected last. Keep your API key in CAUSEWAY_KEY, and never in a browser.
      </Hint>
      <CopyField text={SNIPPETS[language](window.location.origin, example)} label={labels.languages[language]} />
    </Panel>
  );
}

const SNIPPETS = {
  curl: (origin: string, { orgId, userId, integration, connectionId = 'CONNECTION_ID' }: Example) => `# ${labels.items}
curl -X POST ${origin}/integrations/${integration}/load \\
  -H "Authorization: Bearer $CAUSEWAY_KEY" -H "Content-Type: application/json" \\
  -d ${inShell(JSON.stringify({ orgId, userId }))}

# An access token that is valid now (scope credentials:read)
curl ${origin}/connections/${connectionId}/token -H "Authorization: Bearer $CAUSEWAY_KEY"

# ${labels.session}
curl -X POST ${origin}/sessions \\
  -H "Authorization: Bearer $CAUSEWAY_KEY" -H "Content-Type: application/json" \\
  -d ${inShell(JSON.stringify({ orgId, userId }))}`,

  typescript: (origin: string, { orgId, userId, integration }: Example) =>
    `import { createCauseway, unwrap } from '@causeway/client';

const causeway = createCauseway({ baseUrl: '${origin}', apiKey: process.env.CAUSEWAY_KEY });
const user = ${JSON.stringify({ orgId, userId })};

// ${labels.items}
const params = { path: { integration: '${integration}' } };
const { items } = await unwrap(causeway.POST('/integrations/{integration}/load', { params, body: user }));

// ${labels.session}
const { token } = await unwrap(causeway.POST('/sessions', { body: user }));`,

  react: (origin: string) => `import { ConnectAccounts } from '@causeway/react';

// The route of your back end that responds with a session is in docs/embedding.md
<ConnectAccounts variant="button" baseUrl="${origin}" sessionUrl="/causeway-session" />`,
};

const inShell = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
