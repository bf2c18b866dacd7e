import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

interface HtmlPage {
  status: number;
  title: string;
  /** HTML. */
  body: string;
  script?: string;
  /** The page has a form. */
  hasForm?: boolean;
}

/** The pages of this service that a person sees between a product and a provider. They need no other file and cannot be framed. */
export async function sendPage(reply: FastifyReply, { status, title, body, script, hasForm }: HtmlPage): Promise<void> {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src 'nonce-${nonce}'`]),
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    // Chromium applies `form-action` to every redirect that follows the form, so it would have to list all hosts of all providers.
    ...(hasForm ? [] : ["form-action 'none'"]),
    "frame-ancestors 'none'",
  ];
  await reply
    .status(status)
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': policy.join('; '), 'cache-control': 'no-store' })
    .send(render(title, body, script, nonce));
}

function render(title: string, body: string, script: string | undefined, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
<main>
${body}
</main>
${script === undefined ? '' : `<script nonce="${nonce}">${script}</script>`}
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot close the script element around it. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The colors of the web app. */
const STYLE = `
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  --paper: #fff; --ground: #f4f6f5; --text: #16211f; --soft: #55625f; --line: #d9e0de; --main: #0b6b62; --on-main: #fff;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #181f1e; --ground: #101514; --text: #e8efed; --soft: #a3b1ae; --line: #303a38; --main: #67cfc0; --on-main: #06211d; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; background: var(--ground); color: var(--text); }
main { width: 100%; max-width: 28rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 16px; overflow-wrap: anywhere; }
.symbol { display: block; margin: 0 0 1.25rem; } .link { stroke: var(--soft); } .letter { fill: var(--ground); stroke: var(--line); }
.symbol text { fill: var(--text); font: 700 17px system-ui, sans-serif; }
h1 { font-size: 1.375rem; line-height: 1.3; font-weight: 650; margin: 0 0 .5rem; text-wrap: balance; }
p { margin: 0; text-wrap: pretty; }
.soft, dt, summary, footer { color: var(--soft); }
dl { margin: 1.25rem 0; border: 1px solid var(--line); border-radius: 10px; }
dl div { display: grid; grid-template-columns: 6.75rem 1fr; gap: .5rem; padding: .6rem .9rem; }
dl div + div { border-top: 1px solid var(--line); }
dd { margin: 0; font-weight: 600; } dd.text { font-weight: inherit; }
details { margin: 0 0 1.25rem; } summary { cursor: pointer; border-radius: 4px; }
ul { margin: .625rem 0 0; padding-left: 1.25rem; font-size: .875rem; }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 1rem; }
button { flex: 1 1 9rem; min-height: 2.9rem; padding: 0 1rem; font: inherit; font-weight: 600; border-radius: 10px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
button.main { background: var(--main); border-color: var(--main); color: var(--on-main); }
button:hover { filter: brightness(1.08); } :focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
footer { font-size: .875rem; }
@media (max-width: 30rem) {
  body { padding: 0; place-items: stretch; } main { max-width: none; border: 0; border-radius: 0; padding: 1.75rem 1.25rem; }
}
@media (forced-colors: active) { button.main { border-width: 2px; } }
`;
