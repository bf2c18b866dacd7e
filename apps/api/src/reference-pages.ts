import { PROBLEMS } from '@causeway/problem';
import { definitions } from './integrations/definitions.js';
import type { IntegrationDefinition } from './integrations/integration-definition.js';

const GENERATED = '<!-- Written by `npm run openapi`. -->';

/** The pages of docs/ that follow from the code: the path below docs/, and the text. */
export function referencePages(): { path: string; text: string }[] {
  return [
    ...definitions.map((definition) => ({ path: `providers/${definition.id}.md`, text: providerPage(definition) })),
    { path: 'errors.md', text: errorsPage() },
  ];
}

function providerPage({
  id,
  name,
  docsUrl,
  setup,
  authorization,
  permissions,
  itemTypes,
  webhooks,
}: IntegrationDefinition): string {
  const prefix = id.toUpperCase();
  const { scopes } = authorization;
  const others = Object.keys(permissions).filter((scope) => !scopes.includes(scope));
  const steps = [
    ...setup.steps,
    `Set \`${prefix}_CLIENT_ID\` and \`${prefix}_CLIENT_SECRET\`, restart the service, and check them with \`npm run causeway -- doctor\`.`,
  ];
  return page(
    `Set up ${name}`,
    `Register an app at <${setup.url}>. ${name} documents its OAuth at <${docsUrl}>.`,
    numbered(steps),
    '## Redirect URI',
    `    <PUBLIC_URL>/integrations/${id}/oauth2callback`,
    `On your own machine that is \`http://localhost:8000/integrations/${id}/oauth2callback\`. It has to be registered exactly like that; \`GET /integrations/setup\` and the set-up page of the web app show it for your installation. \`${prefix}_REDIRECT_URI\` replaces it.`,
    '## Scopes',
    ...(scopes.length === 0
      ? [`${name} has no scopes: the app's settings and the user decide what can be read.`]
      : [
          'Requested by default:',
          scopeTable(scopes, permissions),
          `\`${prefix}_SCOPES\` requests others; give the app the same ones. ${others.length === 0 ? '' : 'Some that may be useful:'}`.trim(),
          ...(others.length === 0 ? [] : [scopeTable(others, permissions)]),
        ]),
    '## Items',
    table(
      ['type', 'loaded by default', 'parent'],
      itemTypes.map(({ type, byDefault, parent }) => [
        `\`${type}\``,
        byDefault ? 'yes' : 'on request',
        parent === undefined ? '' : `${parent.description}${parent.required ? ' (required)' : ''}`,
      ]),
    ),
    '## Webhooks',
    `The webhook URL is \`<PUBLIC_URL>/integrations/${id}/webhook\`.`,
    numbered(webhooks.steps),
    ...(webhooks.journal === undefined ? [] : journalSection(name, webhooks.journal)),
    'Something does not work? See [common issues](../common-issues.md).',
  );
}

type Journal = NonNullable<IntegrationDefinition['webhooks']['journal']>;

function journalSection(name: string, { scopes, steps, notDocumented }: Journal): string[] {
  return [
    '## Webhooks journal',
    numbered(steps),
    `Scopes of the token of the app: ${scopes.map((scope) => `\`${scope}\``).join(', ')}. Its health is in [the metrics](../production/observability.md#metrics) and in the log (context \`ProviderJournal\`).`,
    `What ${name} does not document, and what is done:`,
    notDocumented.map((sentence) => `- ${sentence}`).join('\n'),
  ];
}

function errorsPage(): string {
  return page(
    'Errors',
    'Every error is `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with the members `type`, `title`, `status`, `detail` and `slug`. Switch on `slug`: it is stable, while titles and details may change. `requestId` is also in the `X-Request-Id` header and in the log of the service.',
    'Some have more members: `errors` (`[{pointer,detail}]`: which fields are wrong), `retryAfter` (seconds, also in the `Retry-After` header), `providerCode` (the short error code of the provider), `connectionId`.',
    ...Object.entries(PROBLEMS).flatMap(([slug, { status, title, when, advice }]) => [
      `## ${slug}`,
      `\`${status}\` ${title}`,
      when,
      `**What to do:** ${advice}`,
    ]),
  );
}

const page = (title: string, ...blocks: string[]) => `${[`# ${title}`, GENERATED, ...blocks].join('\n\n')}\n`;

const numbered = (steps: readonly string[]) => steps.map((step, index) => `${index + 1}. ${step}`).join('\n');

const scopeTable = (scopes: readonly string[], permissions: Readonly<Record<string, string>>) =>
  table(
    ['scope', 'allows'],
    scopes.map((scope) => [`\`${scope}\``, permissions[scope] ?? '']),
  );

/** As Prettier formats it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
