import type { MockProvider } from '../core/mock-provider.js';
import type { AuthorizeRequest } from './authorize-request.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (value: string) => value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** `color-scheme` and system colours give dark mode; the provider's tint only marks what is its own. */
const style = (tint: string) => `
  :root { color-scheme: light dark; --tint: ${tint}; font: 16px/1.5 system-ui, sans-serif }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px;
    background: light-dark(color-mix(in srgb, var(--tint) 7%, #fff), color-mix(in srgb, var(--tint) 12%, #111)) }
  main { width: 100%; max-width: 440px; padding: 28px; border-radius: 14px; border-top: 6px solid var(--tint);
    background: light-dark(#fff, #1c1c1f); box-shadow: 0 8px 30px #0003 }
  h1 { font-size: 1.3rem; line-height: 1.3; margin: 12px 0 4px }
  h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; opacity: .7; margin: 22px 0 6px }
  ul { margin: 0; padding-left: 20px }
  .mark { display: inline-block; padding: 2px 10px; border-radius: 99px; font-size: .8rem; font-weight: 600;
    border: 1px dashed currentColor }
  .choice { display: flex; gap: 12px; align-items: flex-start; padding: 10px 12px; margin-top: 8px; border-radius: 10px;
    border: 1px solid light-dark(#ccc, #444); cursor: pointer }
  .choice:has(:checked) { border-color: var(--tint); box-shadow: 0 0 0 1px var(--tint) }
  .choice input { accent-color: var(--tint); margin-top: 5px } small { opacity: .75; display: block }
  .actions { display: flex; gap: 10px; margin: 14px 0 0; padding: 10px 0; position: sticky; bottom: 0; background: light-dark(#fff, #1c1c1f) }
  button { flex: 1; padding: 11px; border-radius: 10px; font: inherit; font-weight: 600; cursor: pointer;
    border: 1px solid light-dark(#bbb, #555); background: transparent; color: inherit }
  button.allow { background: var(--tint); border-color: var(--tint); color: #fff }
  button:focus-visible, input:focus-visible { outline: 3px solid color-mix(in srgb, var(--tint) 60%, white); outline-offset: 2px }
  footer { margin-top: 20px; font-size: .8rem; opacity: .75; overflow-wrap: anywhere }`;

const page = (mockProvider: MockProvider, title: string, content: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${style(mockProvider.color)}</style></head>
<body><main><span class="mark">Stand-in for ${escape(mockProvider.title)}, not the real one</span>
${content}</main></body></html>`;

export const messagePage = (mockProvider: MockProvider, title: string, sentence: string): string =>
  page(
    mockProvider,
    `${title} · ${mockProvider.title} mock provider`,
    `<h1>${escape(title)}</h1><p>${escape(sentence)}</p>`,
  );

/** A plain form without a script: the request travels in hidden fields, the choice in `account` and `decision`. */
export function consentPage(
  mockProvider: MockProvider,
  request: AuthorizeRequest,
  query: Record<string, string | string[] | undefined>,
): string {
  const words = [...request.scopes, ...request.userScopes].map((scope) => mockProvider.oauth.scopeWords(scope));
  const accounts = mockProvider.accounts.map(
    ({ id, name, note }, index) =>
      `<label class="choice"><input type="radio" name="account" value="${escape(id)}"${
        index === 0 ? ' checked' : ''
      }><span>${escape(name)}<small>${escape(note)}</small></span></label>`,
  );
  const hidden = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `<input type="hidden" name="${escape(name)}" value="${escape(one)}">`),
  );
  return page(
    mockProvider,
    `Connect ${mockProvider.title} (mock provider)`,
    `<h1>${escape(request.app.name)} would like to use your ${escape(mockProvider.title)} account</h1>
<form method="post">${hidden.join('')}
<h2>Account</h2>${accounts.join('')}
<h2>It will be able to</h2><ul>${[...new Set(words)].map((word) => `<li>${escape(word)}</li>`).join('')}</ul>
<div class="actions"><button name="decision" value="deny">Deny</button>
<button class="allow" name="decision" value="allow">Allow</button></div></form>
<footer>Everything in these accounts is invented. After your choice you go back to ${escape(
      new URL(request.redirectUri).origin,
    )}.</footer>`,
  );
}
