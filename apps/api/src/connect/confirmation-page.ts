import type { FastifyReply } from 'fastify';
import type { AuthorizationRequest } from '@causeway/oauth';
import type { IntegrationDefinition } from '../integrations/integration-definition.js';
import { escapeHtml, sendPage } from './html-page.js';

/**
 * Asks the person whose browser opened an authorization URL whether the account is to be connected for this user: whoever has the URL
 * can send it to somebody else. Works without scripts.
 */
export async function sendConfirmationPage(
  reply: FastifyReply,
  { name, description, permissions }: Pick<IntegrationDefinition, 'name' | 'description' | 'permissions'>,
  request: AuthorizationRequest,
  token: string,
): Promise<void> {
  const { orgId, orgName, userId, userName, scopes } = request;
  const title = `Connect ${name}?`;
  const body = `${symbol(name)}
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(name)} will ask you to sign in and to allow access. The account is then connected for:</p>
<dl>
<div><dt>User</dt><dd>${escapeHtml(userName ?? userId)}</dd></div>
<div><dt>Organization</dt><dd>${escapeHtml(orgName ?? orgId)}</dd></div>
<div><dt>Access to</dt><dd class="text">${escapeHtml(description)}</dd></div>
</dl>
${scopeDetails(scopes, permissions)}<p>If this is not you, or you did not ask for it, choose Cancel: whoever is named here could use your account.</p>
<form method="post">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<button class="main" name="decision" value="continue">Continue</button>
<button name="decision" value="cancel">Cancel</button>
</form>
<footer>Nothing is connected before you continue. This page works for ten minutes.</footer>`;
  // `no-referrer` would make browsers send `Origin: null` with the form. The address is for this service only.
  reply.header('referrer-policy', 'same-origin');
  await sendPage(reply, { status: 200, title, body, hasForm: true });
}

/** Causeway's mark, and the first letter of the provider, of which the service has no logo. */
function symbol(name: string): string {
  return `<svg class="symbol" viewBox="0 0 112 32" width="168" height="48" fill="none" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
<rect width="32" height="32" rx="8" fill="#0b6b62"/><path d="M4.5 9.5h23M6.5 19.5v-1.5a4.7 4.7 0 0 1 9.5 0v1.5m0-1.5a4.7 4.7 0 0 1 9.5 0v1.5" stroke="#fff" stroke-width="2.3"/>
<path d="M5 25c1.8 0 1.8-1.4 3.7-1.4S10.5 25 12.3 25s1.9-1.4 3.7-1.4 1.9 1.4 3.7 1.4 1.8-1.4 3.7-1.4S25.2 25 27 25" stroke="#8fd8cc" stroke-width="1.8"/>
<path class="link" d="M41 16h30" stroke-width="2" stroke-dasharray="0.1 6"/>
<rect class="letter" x="80.5" y=".5" width="31" height="31" rx="8"/><text x="96" y="22" text-anchor="middle">${escapeHtml(name.slice(0, 1))}</text>
</svg>`;
}

function scopeDetails(scopes: readonly string[], permissions: IntegrationDefinition['permissions']): string {
  if (scopes.length === 0) return '';
  const entries = scopes.map((scope) => `<li>${escapeHtml(permissions[scope] ?? scope)}</li>`).join('');
  return `<details><summary>${scopes.length} ${scopes.length === 1 ? 'permission is' : 'permissions are'} requested</summary><ul>${entries}</ul></details>\n`;
}
