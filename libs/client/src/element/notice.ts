import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectState } from '../browser/connect-flow.js';
import type { DisconnectState } from '../browser/user-accounts.js';
import { say } from './say.js';
import { CROSS } from './icons.js';
import { describeProblem } from '../texts/texts.js';
import type { ViewModel } from './views.js';

/** How far the last authorization or disconnect is, and how it ended. The surrounding element is a live region. */
export function notice(view: ViewModel): TemplateResult | typeof nothing {
  const { authorization, disconnection } = view.state;
  if (disconnection !== null) return ofDisconnection(view, disconnection);
  return authorization === null ? nothing : ofAuthorization(view, authorization);
}

function ofAuthorization(view: ViewModel, state: ConnectState): TemplateResult | typeof nothing {
  const { texts } = view.localized;
  const { connections, integrations } = view.state;
  const name = integrations?.find(({ id }) => id === state.integration)?.name ?? '';
  switch (state.phase) {
    case 'starting':
      return progress(say(texts.starting, { name }));
    case 'redirecting':
      return progress(say(texts.redirecting, { name }));
    case 'authorized':
      return progress(texts.finishing);
    case 'waiting':
      return progress(
        say(texts.waiting, { name }),
        html`<span class="actions">
          <button type="button" @click=${() => state.popup.focus()}>${texts.showWindow}</button>
          <button type="button" @click=${view.dismiss}>${texts.cancel}</button>
        </span>`,
      );
    case 'failed':
      return result(view, 'warning', describeProblem(texts, state.problem));
    case 'connected': {
      // Anybody can write the id into an address: the connection is real only if the service lists it.
      const connection = connections?.find(({ id }) => id === state.connectionId);
      if (connection === undefined) return nothing;
      const of = integrations?.find(({ id }) => id === connection.integration);
      const values = { name: of?.name ?? connection.integration, account: connection.account.name };
      return result(view, 'success', say(texts.connectedAs, values));
    }
  }
}

function ofDisconnection(view: ViewModel, state: DisconnectState): TemplateResult {
  const { texts } = view.localized;
  const { account, integration } = state.connection;
  const name = view.state.integrations?.find(({ id }) => id === integration)?.name ?? integration;
  switch (state.phase) {
    case 'pending':
      return progress(texts.loading);
    case 'failed':
      return result(view, 'warning', describeProblem(texts, state.problem));
    case 'disconnected': {
      const isRevoked = state.revoked === 'revoked' || state.revoked === 'shared';
      const text = isRevoked ? texts.disconnected : texts.stillListed;
      return result(view, isRevoked ? 'success' : 'warning', say(text, { account: account.name, name }));
    }
  }
}

const progress = (text: unknown, actions: TemplateResult | typeof nothing = nothing): TemplateResult =>
  html`<div part="notice" class="notice">
    <span class="progress"><span class="spinner"></span><span>${text}</span></span>
    ${actions}
  </div>`;

const result = (view: ViewModel, kind: 'success' | 'warning', text: unknown): TemplateResult =>
  html`<div part="notice" class="notice result ${kind}">
    <span>${text}</span>
    <button type="button" class="icon" aria-label=${view.localized.texts.dismiss} @click=${view.dismiss}>
      ${CROSS}
    </button>
  </div>`;
