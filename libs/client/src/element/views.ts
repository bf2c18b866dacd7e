import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Connection, Integration } from '../client.js';
import type { UserAccounts, UserAccountsState } from '../browser/user-accounts.js';
import { BACK } from './icons.js';
import { monogram } from './monogram.js';
import { say } from './say.js';
import { describeProblem, format, formatCount, type LocalizedTexts } from '../texts/texts.js';

/** What the views read, and what their buttons do. */
export interface ViewModel {
  state: UserAccountsState;
  localized: LocalizedTexts;
  accounts: UserAccounts;
  query: string;
  confirming: string | null;
  search: (query: string) => void;
  select: (integration: string | null) => void;
  connect: (integration: Integration, connection?: Connection) => void;
  /** `null`: keeps the account. */
  askToDisconnect: (connection: Connection | null) => void;
  disconnect: (connection: Connection) => void;
  dismiss: () => void;
}

export function listView(view: ViewModel): TemplateResult {
  const { localized, query, search } = view;
  const { texts } = localized;
  const { connections = [], canWrite, problem } = view.state;
  // Who may not connect sees what is connected.
  const integrations = view.state.integrations?.filter(
    ({ id }) => canWrite || connections.some(({ integration }) => integration === id),
  );
  if (integrations === undefined) {
    if (problem !== null) return failure(view);
    return html`<p class="progress" role="status"><span class="spinner"></span>${texts.loading}</p>`;
  }
  const found = integrations.filter((integration) => matches(integration, query, localized));
  return html`
    ${problem === null ? nothing : failure(view)}
    <input
      part="search"
      type="search"
      autocomplete="off"
      aria-label=${texts.search}
      placeholder=${texts.search}
      .value=${query}
      @input=${({ target }: InputEvent) => search((target as HTMLInputElement).value)}
    />
    <p role="status" class=${found.length > 0 ? 'visually-hidden' : 'muted'}>
      ${
        query === ''
          ? integrations.length === 0
            ? texts.nothing
            : ''
          : found.length > 0
            ? formatCount(localized, 'found', found.length)
            : say(texts.noMatch, { query })
      }
    </p>
    <ul class="apps" aria-label=${texts.apps}>
      ${repeat(
        found,
        ({ id }) => id,
        (integration) => html`<li>${row(view, integration)}</li>`,
      )}
    </ul>
  `;
}

function matches({ id, name, category }: Integration, query: string, { texts }: LocalizedTexts): boolean {
  const words = query.toLocaleLowerCase().split(/\s+/);
  const text = [id, name, category, texts.categories[category] ?? ''].join(' ').toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function row(view: ViewModel, integration: Integration): TemplateResult {
  const { texts } = view.localized;
  const own = view.state.connections?.filter((connection) => connection.integration === integration.id) ?? [];
  const isBroken = own.some(({ status }) => status === 'needs-reconnect');
  const status = isBroken
    ? texts.needsReconnect
    : own.length > 1
      ? formatCount(view.localized, 'accounts', own.length)
      : own.length === 1
        ? texts.connected
        : texts.connect;
  return html`<button
    type="button"
    part="row"
    class="row"
    data-integration=${integration.id}
    @click=${() => (own.length === 0 ? view.connect(integration) : view.select(integration.id))}
  >
    ${monogram(integration)}
    <span class="grow">
      <bdi class="name">${integration.name}</bdi>
      <span class="muted">${texts.categories[integration.category] ?? integration.category}</span>
    </span>
    <span class="status ${isBroken ? 'broken' : own.length > 0 ? 'active' : ''}">${status}</span>
  </button>`;
}

export const backButton = (view: ViewModel): TemplateResult =>
  html`<button
    type="button"
    class="icon back"
    aria-label=${view.localized.texts.back}
    @click=${() => view.select(null)}
  >
    ${BACK}
  </button>`;

export function detailView(view: ViewModel, integration: Integration): TemplateResult {
  const { texts } = view.localized;
  const { connections, canWrite, problem } = view.state;
  const own = connections?.filter((connection) => connection.integration === integration.id) ?? [];
  const { name } = integration;
  const first = own.length === 0;
  return html`
    ${problem === null ? nothing : failure(view)}
    ${
      first
        ? nothing
        : html`<ul aria-label=${format(texts.accountsOf, { name })}>
            ${repeat(
              own,
              ({ id }) => id,
              (connection) => html`<li part="account" class="account">${account(view, integration, connection)}</li>`,
            )}
          </ul>`
    }
    ${
      integration.configured && canWrite
        ? html`<button
            type="button"
            part="connect"
            class=${first ? 'primary' : ''}
            aria-disabled=${isPending(view)}
            @click=${() => view.connect(integration)}
          >
            ${first ? say(texts.connectName, { name }) : texts.connectAnother}
          </button>`
        : nothing
    }
  `;
}

function account(view: ViewModel, integration: Integration, connection: Connection): TemplateResult {
  const { texts } = view.localized;
  const isBroken = connection.status === 'needs-reconnect';
  const reason = connection.problem ?? { title: '', detail: '', slug: 'needs-reconnect' as const };
  return html`
    <span class="grow">
      <bdi class="name">${connection.account.name}</bdi>
      <span class="status ${isBroken ? 'broken' : 'active'}">${isBroken ? texts.needsReconnect : texts.connected}</span>
      ${isBroken ? html`<span class="muted">${describeProblem(texts, reason)}</span>` : nothing}
    </span>
    ${view.state.canWrite ? accountActions(view, integration, connection) : nothing}
  `;
}

function accountActions(view: ViewModel, integration: Integration, connection: Connection): TemplateResult {
  const { texts } = view.localized;
  const values = { account: connection.account.name, name: integration.name };
  if (view.confirming === connection.id) {
    return html`<div class="confirm" role="group" aria-label=${format(texts.disconnectQuestion, values)}>
      <p>
        <strong>${say(texts.disconnectQuestion, values)}</strong><br />
        ${say(texts.disconnectDetail, values)}
      </p>
      <div class="actions">
        <button type="button" class="danger" @click=${() => view.disconnect(connection)}>${texts.disconnect}</button>
        <button type="button" data-focus @click=${() => view.askToDisconnect(null)}>${texts.keep}</button>
      </div>
    </div>`;
  }
  const reconnect = html`<button
    type="button"
    class="primary"
    aria-label=${format(texts.reconnectAccount, values)}
    aria-disabled=${isPending(view)}
    @click=${() => view.connect(integration, connection)}
  >
    ${texts.reconnect}
  </button>`;
  return html`<span class="actions">
    ${connection.status === 'needs-reconnect' && integration.configured ? reconnect : nothing}
    <button
      type="button"
      data-connection=${connection.id}
      aria-label=${format(texts.disconnectAccount, values)}
      @click=${() => view.askToDisconnect(connection)}
    >
      ${texts.disconnect}
    </button>
  </span>`;
}

export function isPending({ state: { authorization, disconnection } }: ViewModel): boolean {
  const isConnecting = authorization !== null && !['connected', 'failed'].includes(authorization.phase);
  return isConnecting || disconnection?.phase === 'pending';
}

const failure = (view: ViewModel): TemplateResult => {
  const { texts } = view.localized;
  const { problem } = view.state;
  return html`<div part="notice" class="notice warning" role="alert">
    ${problem === null ? nothing : describeProblem(texts, problem)}
    <button type="button" @click=${() => void view.accounts.reload()}>${texts.retry}</button>
  </div>`;
};
