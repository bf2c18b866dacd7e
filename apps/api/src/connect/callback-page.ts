import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem, type ProblemBody } from '@causeway/problem';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import type { Completion, Outcome } from './completion.js';
import { escapeHtml, jsonInScript, sendPage } from './html-page.js';

/** What the page posts to its opener. */
interface CallbackMessage {
  source: 'causeway';
  type: 'connected' | 'authorized' | 'failed';
  integration: string | null;
  connectionId?: string;
  finishCode?: string;
  problem?: Pick<ProblemBody, 'slug' | 'title' | 'detail' | 'status'>;
}

/**
 * The page that ends an authorization in a popup. It posts its message to the window that opened it, for the configured origins only, and
 * broadcasts it to the pages of our own origin, because a provider's COOP header may have cut off the opener: without the finish code, which
 * is for the page that started the authorization. Then it closes itself; if the browser does not allow that, the page tells the user to.
 */
@Injectable()
export class CallbackPage {
  constructor(@Inject(CONFIGURATION) private readonly config: Configuration) {}

  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    { outcome, popupLocation }: Omit<Completion, 'location'>,
  ): Promise<void> {
    const problem = 'problem' in outcome ? outcome.problem : null;
    if (problem !== null && prefersJson(request)) return sendProblem(problem, request, reply);
    const message = messageOf(outcome);
    const [title, sentence] = wordsOf(message);
    await sendPage(reply, {
      status: problem?.status ?? 200,
      title,
      body: `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(sentence)}</p>`,
      script: scriptOf(message, this.config.webOrigins, popupLocation),
    });
  }
}

function messageOf(outcome: Outcome): CallbackMessage {
  const { integration } = outcome;
  if ('problem' in outcome) {
    const { slug, title, detail, status } = outcome.problem.toBody();
    return { source: 'causeway', type: 'failed', integration, problem: { slug, title, detail, status } };
  }
  if ('finishCode' in outcome)
    return { source: 'causeway', type: 'authorized', integration, finishCode: outcome.finishCode };
  return { source: 'causeway', type: 'connected', integration, connectionId: outcome.connectionId };
}

function wordsOf({ type, problem }: CallbackMessage): [title: string, sentence: string] {
  const close = 'You can close this window.';
  switch (type) {
    case 'connected':
      return ['Connected', `Your account is connected. ${close}`];
    case 'authorized':
      return ['Access was granted', `The page where you started finishes the connection. ${close}`];
    case 'failed':
      return [problem?.title ?? '', `${problem?.detail} ${close}`];
  }
}

function prefersJson({ headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? '';
  return /application\/(problem\+)?json/.test(accept) && !accept.includes('text/html');
}

function scriptOf(message: CallbackMessage, origins: readonly string[], popupLocation: string | null): string {
  const { finishCode: _, ...broadcast } = message;
  const end =
    popupLocation === null
      ? 'window.close();'
      : `if (window.opener) window.close(); else location.replace(${jsonInScript(popupLocation)});`;
  // A page reads the origin of a window only if it is its own: every other target would be a warning in the console of that window.
  return `
let isOwn = false;
try { isOwn = window.opener.location.origin === location.origin; } catch {}
for (const origin of ${jsonInScript(origins)})
  if ((origin === location.origin) === isOwn) window.opener?.postMessage(${jsonInScript(message)}, origin);
new BroadcastChannel('causeway').postMessage(${jsonInScript(broadcast)});
${end}
`;
}
