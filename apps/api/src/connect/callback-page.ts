import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem, type Problem, type ProblemBody } from '@causeway/problem';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';

/** How an authorization ended. `integration` is `null` if even that is unknown. */
export type Outcome = { integration: string; connectionId: string } | { integration: string | null; problem: Problem };

/** What the page posts to its opener. */
interface CallbackMessage {
  source: 'causeway';
  type: 'connected' | 'failed';
  integration: string | null;
  connectionId?: string;
  problem?: Pick<ProblemBody, 'slug' | 'title' | 'detail' | 'status'>;
}

/**
 * The page that ends an authorization in a popup. It posts its message to the window that opened it, for the configured origins only, and
 * broadcasts it to the pages of our own origin, because a provider's COOP header may have cut off the opener. Then it closes itself; if
 * the browser does not allow that, the page tells the user to.
 */
@Injectable()
export class CallbackPage {
  constructor(@Inject(CONFIGURATION) private readonly config: Configuration) {}

  async send(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): Promise<void> {
    const problem = 'problem' in outcome ? outcome.problem : null;
    if (problem !== null && prefersJson(request)) return sendProblem(problem, request, reply);
    const nonce = randomBytes(16).toString('base64');
    await reply
      .status(problem?.status ?? 200)
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
      .send(render(messageOf(outcome), this.config.webOrigins, nonce));
  }
}

function messageOf(outcome: Outcome): CallbackMessage {
  const { integration } = outcome;
  if (!('problem' in outcome))
    return { source: 'causeway', type: 'connected', integration, connectionId: outcome.connectionId };
  const { slug, title, detail, status } = outcome.problem.toBody();
  return { source: 'causeway', type: 'failed', integration, problem: { slug, title, detail, status } };
}

function prefersJson({ headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? '';
  return /application\/(problem\+)?json/.test(accept) && !accept.includes('text/html');
}

function render(message: CallbackMessage, origins: readonly string[], nonce: string): string {
  const { problem } = message;
  const title = problem?.title ?? 'Connected';
  const sentence = `${problem?.detail ?? 'Your account is connected.'} You can close this window.`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; place-content: center; justify-items: center; min-height: 90vh; margin: 0; padding: 1rem; text-align: center; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; } p { margin: 0; max-width: 40ch; }
</style>
<h1>${escape(title)}</h1>
<p>${escape(sentence)}</p>
<script nonce="${nonce}">
const message = ${inScript(message)};
for (const origin of ${inScript(origins)}) window.opener?.postMessage(message, origin);
new BroadcastChannel('causeway').postMessage(message);
window.close();
</script>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot close the script element around it. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
