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
  { name, description }: Pick<IntegrationDefinition, 'name' | 'description'>,
  request: AuthorizationRequest,
  token: string,
): Promise<void> {
  const { orgId, orgName, userId, userName, scopes } = request;
  const title = `Connect ${name}?`;
  const [integration, user, organization] = [name, userName ?? userId, orgName ?? orgId].map(escapeHtml);
  const body = `<h1>${escapeHtml(title)}</h1>
<p class="soft">You will choose a ${integration} account and sign in at ${integration}.</p>
<dl>
<div><dt>For the user</dt><dd>${user}</dd></div>
<div><dt>Organization</dt><dd>${organization}</dd></div>
<div><dt>What is shared</dt><dd>${escapeHtml(description)}</dd></div>
</dl>
<p><strong>${user}</strong> of <strong>${organization}</strong> will be able to use what you allow. If that is not you, or you did not ask for this, choose Cancel.</p>
${scopeDetails(scopes)}<form method="post">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<button class="main" name="decision" value="continue">Continue</button>
<button name="decision" value="cancel">Cancel</button>
</form>
<footer>Nothing is connected before you continue. This link works for ten minutes.</footer>`;
  // `no-referrer` would make browsers send `Origin: null` with the form. The address is for this service only.
  reply.header('referrer-policy', 'same-origin');
  await sendPage(reply, { status: 200, title, body, hasForm: true });
}

function scopeDetails(scopes: readonly string[]): string {
  if (scopes.length === 0) return '';
  const entries = scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  return `<details><summary>Permissions that are requested (${scopes.length})</summary><ul>${entries}</ul></details>\n`;
}
