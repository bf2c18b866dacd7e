import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createCauseway, type CausewayOptions } from '../client.js';
import { consumeRedirectResult } from '../browser/consume-redirect-result.js';
import { sessionFrom } from '../session-from.js';
import { UserAccounts } from '../browser/user-accounts.js';
import { CROSS } from './icons.js';
import { monogram } from './monogram.js';
import { notice } from './notice.js';
import { PROPERTIES, type CausewayConnectProperties } from './properties.js';
import { styles } from './styles.js';
import { format, loadTexts, replaceTexts, type LocalizedTexts } from '../texts/texts.js';
import { backButton, detailView, isPending, listView, type ViewModel } from './views.js';

/** A change of one of them starts with other accounts. */
const SOURCE = ['client', 'baseUrl', 'sessionToken', 'sessionUrl', 'orgId', 'userId', 'integrations'];

/** `<causeway-connect>`: the user of a product connects, reconnects and disconnects accounts. */
export class CausewayConnect extends LitElement implements CausewayConnectProperties {
  static override styles = styles;
  static override properties = PROPERTIES;

  declare baseUrl: CausewayConnectProperties['baseUrl'];
  declare sessionToken: CausewayConnectProperties['sessionToken'];
  declare sessionUrl: CausewayConnectProperties['sessionUrl'];
  declare client: CausewayConnectProperties['client'];
  declare orgId: CausewayConnectProperties['orgId'];
  declare userId: CausewayConnectProperties['userId'];
  declare integrations: CausewayConnectProperties['integrations'];
  declare returnTo: CausewayConnectProperties['returnTo'];
  declare locale: CausewayConnectProperties['locale'];
  declare texts: CausewayConnectProperties['texts'];
  declare theme: CausewayConnectProperties['theme'];
  declare variant: CausewayConnectProperties['variant'];
  declare open: boolean;
  /** Not loaded yet at first. */
  declare private localized: LocalizedTexts | undefined;
  declare private query: string;
  /** The id of the integration whose accounts are shown; `null`: the list of integrations is. */
  declare private selected: string | null;
  /** The id of the connection for which the user is asked whether to disconnect it. */
  declare private confirming: string | null;
  private accounts: UserAccounts | undefined;
  private stop: (() => void) | undefined;
  private hadFocus = false;
  /** The dialog was opened, and its search field has yet to appear. */
  private isOpening = false;

  constructor() {
    super();
    this.open = false;
    this.query = '';
    this.selected = null;
    this.confirming = null;
  }

  /** Opens the dialog. */
  show(): void {
    this.open = true;
  }

  close(): void {
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.localize();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // It may just be moved to another place of the page.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.follow(false);
      this.accounts?.abort();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('locale') && this.hasUpdated) void this.localize();
    if (this.accounts === undefined || SOURCE.some((name) => changed.has(name))) this.replaceAccounts();
    if (changed.has('open') && this.open) {
      this.query = '';
      this.confirming = null;
      this.selected = null;
      this.accounts?.dismissResult();
      this.isOpening = true;
    }
    this.hadFocus = this.shadowRoot?.activeElement != null;
  }

  protected override firstUpdated(): void {
    const redirected = consumeRedirectResult();
    if (redirected === null) return;
    this.open = this.variant !== 'inline';
    void this.accounts?.finish(redirected);
  }

  protected override updated(changed: PropertyValues): void {
    this.follow(this.variant === 'inline' || this.open);
    const dialog = this.renderRoot.querySelector('dialog');
    if (this.open && dialog?.open === false) dialog.showModal();
    if (!this.open && dialog?.open === true) dialog.close();
    this.moveFocus(changed);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.localized === undefined) return nothing;
    const localized = this.texts ? replaceTexts(this.localized, this.texts) : this.localized;
    const { language, texts } = localized;
    return html`<div lang=${language} dir=${texts.direction}>
      ${
        this.variant === 'button'
          ? html`<button
              type="button"
              part="trigger"
              class="primary"
              aria-haspopup="dialog"
              @click=${() => this.show()}
            >
              <slot>${texts.open}</slot>
            </button>`
          : nothing
      }
      ${
        this.variant === 'inline'
          ? html`<section part="panel" aria-labelledby="title">${this.content(localized)}</section>`
          : html`<dialog
              part="dialog"
              aria-labelledby="title"
              @cancel=${this.onCancel}
              @close=${this.onClose}
              @click=${this.onBackdropClick}
            >
              ${this.open ? this.content(localized) : nothing}
            </dialog>`
      }
    </div>`;
  }

  private content(localized: LocalizedTexts): TemplateResult | typeof nothing {
    const { accounts } = this;
    if (accounts === undefined) return nothing;
    const view = this.viewOf(accounts, localized);
    const { texts } = localized;
    const integration = view.state.integrations?.find(({ id }) => id === this.selected);
    return html`
      <header part="header" class=${integration === undefined ? '' : 'detail'}>
        ${integration === undefined ? nothing : [backButton(view), monogram(integration)]}
        <h2 id="title" part="title" tabindex="-1" autofocus>
          ${integration === undefined ? texts.title : html`<bdi>${integration.name}</bdi>`}
        </h2>
        ${
          this.variant === 'inline'
            ? nothing
            : html`<button type="button" class="icon" aria-label=${texts.close} @click=${() => this.close()}>
                ${CROSS}
              </button>`
        }
      </header>
      <div part="body" class="body">
        <div class="notices" role="status">${notice(view)}</div>
        ${integration === undefined ? listView(view) : detailView(view, integration)}
      </div>
    `;
  }

  private viewOf(accounts: UserAccounts, localized: LocalizedTexts): ViewModel {
    const view: ViewModel = {
      state: accounts.getState(),
      localized,
      accounts,
      query: this.query,
      confirming: this.confirming,
      search: (query) => (this.query = query),
      select: (integration) => {
        accounts.dismissResult();
        this.confirming = null;
        this.selected = integration;
      },
      connect: (integration, connection) => {
        if (isPending(view)) return;
        this.selected = integration.id;
        this.confirming = null;
        const popupText = format(localized.texts.starting, { name: integration.name });
        accounts.connect({
          integration: integration.id,
          popupText,
          ...(connection && { connectionId: connection.id }),
          ...(this.returnTo && { returnTo: this.returnTo }),
        });
      },
      askToDisconnect: (connection) => (this.confirming = connection?.id ?? null),
      disconnect: (connection) => {
        this.confirming = null;
        void accounts.disconnect(connection);
      },
      dismiss: accounts.dismiss,
    };
    return view;
  }

  private replaceAccounts(): void {
    this.follow(false);
    this.accounts?.abort();
    const { orgId, userId, integrations } = this;
    const client = this.client ?? createCauseway({ baseUrl: this.baseUrl ?? undefined, sessionToken: this.token() });
    const user = orgId && userId ? { orgId, userId } : undefined;
    const accounts = new UserAccounts(client, { user, integrations: integrations ?? undefined });
    accounts.subscribe(() => this.requestUpdate());
    accounts.listen({
      onConnected: (connection) => {
        this.selected = connection.integration;
        this.dispatch('connected', { connection });
      },
      onDisconnected: (connection, revoked) => this.dispatch('disconnected', { connection, revoked }),
    });
    this.accounts = accounts;
  }

  private token(): CausewayOptions['sessionToken'] {
    if (this.sessionUrl) return sessionFrom(this.sessionUrl);
    // The newest function: see `PROPERTIES`.
    if (typeof this.sessionToken !== 'function') return this.sessionToken ?? undefined;
    return () => (typeof this.sessionToken === 'function' ? this.sessionToken() : '');
  }

  private follow(wanted: boolean): void {
    if (wanted) this.stop ??= this.accounts?.start();
    else {
      this.stop?.();
      this.stop = undefined;
    }
  }

  private async localize(): Promise<void> {
    const locale = this.locale ?? this.closest('[lang]')?.getAttribute('lang') ?? document.documentElement.lang;
    this.localized = await loadTexts(locale);
  }

  private moveFocus(changed: PropertyValues): void {
    const search = this.renderRoot.querySelector('input');
    if (this.isOpening && search !== null) {
      this.isOpening = false;
      // On a touch screen, the keyboard would cover the list.
      const mayType = this.shadowRoot?.activeElement?.id === 'title' && !matchMedia('(pointer: coarse)').matches;
      if (mayType) search.focus();
    }
    const confirmed: unknown = changed.get('confirming');
    const left: unknown = changed.get('selected');
    if (this.confirming !== null && changed.has('confirming')) this.focusOn('[data-focus]');
    else if (typeof confirmed === 'string') this.focusOn(`[data-connection="${CSS.escape(confirmed)}"]`);
    else if (typeof left === 'string' && this.selected === null && this.hadFocus)
      this.focusOn(`[data-integration="${CSS.escape(left)}"]`);
    // What had the focus is gone.
    if (this.hadFocus && this.shadowRoot?.activeElement == null) this.focusOn('h2');
  }

  private focusOn(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Escape. */
  private readonly onCancel = (event: Event): void => {
    if (this.confirming === null) return;
    event.preventDefault();
    this.confirming = null;
  };

  private readonly onClose = (): void => {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };

  private readonly onBackdropClick = ({ target, currentTarget }: Event): void => {
    if (target === currentTarget) this.open = false;
  };

  private dispatch(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
