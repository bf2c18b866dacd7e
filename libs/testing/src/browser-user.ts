import { createContext, runInContext } from 'node:vm';
import { CookieJar } from './cookie-jar.js';

export interface Consent {
  url: string;
  html: string;
  /** Hidden fields of the form. */
  fields: [string, string][];
  /** Ids that can be chosen; the first is chosen already. */
  accounts: string[];
}

export interface Choice {
  decision?: 'allow' | 'deny';
  /** The id of an account; left out: the one that is chosen already. */
  account?: string;
}

export interface CallbackMessage {
  source: string;
  type: 'connected' | 'authorized' | 'failed';
  integration: string;
  connectionId?: string;
  finishCode?: string;
  problem?: string | { slug?: string };
}

export interface Outcome {
  status: number;
  headers: Headers;
  html: string;
  /** Where it sends the browser. */
  location: string | undefined;
  /** What the callback page tells its opener. */
  message: CallbackMessage | undefined;
  posts: { message: CallbackMessage; targetOrigin: string }[];
  broadcasts: { channel: string; message: CallbackMessage }[];
  closed: boolean;
}

/** A browser without a browser: cookies, pages, forms, and the script of the callback page. */
export class BrowserUser {
  readonly cookies = new CookieJar();

  /** One navigation; redirects are answers. `from`: the page whose link, form or redirect it is; none: typed in, or opened by the app. */
  async visit(url: string, { from, form }: { from?: string; form?: URLSearchParams } = {}): Promise<Response> {
    const method = form ? 'POST' : 'GET';
    const cookie = this.cookies.header(url, { from, method });
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html,application/xhtml+xml',
        ...(form && from ? { origin: new URL(from).origin } : {}),
        ...(cookie ? { cookie } : {}),
      },
      ...(form ? { body: form } : {}),
    });
    this.cookies.store(url, response.headers.getSetCookie());
    return response;
  }

  /** Opens `authorizationUrl` and gives the address that it leads to. */
  async open(authorizationUrl: string): Promise<string> {
    const response = await this.visit(authorizationUrl);
    const location = response.headers.get('location');
    if (location === null) throw new Error(`no way to the provider: ${response.status} ${await response.text()}`);
    return location;
  }

  /** Opens `authorizationUrl`, which shows a page of the service, and gives the token of its form. */
  async openConfirmation(authorizationUrl: string): Promise<{ html: string; token: string }> {
    const response = await this.visit(authorizationUrl);
    const html = await response.text();
    const token = / name="token" value="([^"]*)"/.exec(html)?.[1];
    if (token === undefined) throw new Error(`no page with a form: ${response.status} ${html}`);
    return { html, token };
  }

  /** Presses a button of that page. */
  async decide(authorizationUrl: string, token: string, decision: 'continue' | 'cancel'): Promise<Response> {
    return this.visit(authorizationUrl, { from: authorizationUrl, form: new URLSearchParams({ token, decision }) });
  }

  /** From `authorizationUrl` to the provider's consent page. */
  async openConsent(authorizationUrl: string): Promise<Consent> {
    return this.readConsent(await this.open(authorizationUrl));
  }

  /** Looks at a consent page. */
  async readConsent(url: string): Promise<Consent> {
    const response = await this.visit(url);
    const html = await response.text();
    if (response.status !== 200 || !html.includes('<form')) throw new Error(`no consent: ${response.status} ${html}`);
    const inputs = [...html.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag);
    const valueOf = (tag: string, name: string) => unescape(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    return {
      url,
      html,
      fields: inputs
        .filter((tag) => /type="hidden"/.test(tag))
        .map((tag) => [valueOf(tag, 'name'), valueOf(tag, 'value')]),
      accounts: inputs.filter((tag) => /type="radio"/.test(tag)).map((tag) => valueOf(tag, 'value')),
    };
  }

  /** Presses Allow or Deny; gives the callback that the provider redirects to. */
  async submitConsent(
    { url, fields, accounts }: Consent,
    { decision = 'allow', account }: Choice = {},
  ): Promise<string> {
    const form = new URLSearchParams([...fields, ['account', account ?? accounts[0] ?? ''], ['decision', decision]]);
    const response = await this.visit(url, { from: url, form });
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`the provider does not redirect: ${response.status} ${await response.text()}`);
    return location;
  }

  /** Comes back from the provider. */
  async followCallback(callback: string, { from }: { from?: string } = {}): Promise<Outcome> {
    const response = await this.visit(callback, { from: from ?? 'http://provider.test/' });
    const html = await response.text();
    const ran = runCallbackPage(html);
    return {
      status: response.status,
      headers: response.headers,
      html,
      location: response.headers.get('location') ?? undefined,
      message: ran.posts[0]?.message ?? ran.broadcasts[0]?.message,
      ...ran,
    };
  }

  /** The whole way. */
  async connect(authorizationUrl: string, choice: Choice = {}): Promise<Outcome> {
    const consent = await this.openConsent(authorizationUrl);
    return this.followCallback(await this.submitConsent(consent, choice), { from: consent.url });
  }
}

const unescape = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
  );

/** Runs the scripts of a page as far as a callback page needs; `opener: false` is an opener that was cut off. */
export function runCallbackPage(
  html: string,
  { opener = true } = {},
): Pick<Outcome, 'posts' | 'broadcasts' | 'closed'> {
  const ran: Pick<Outcome, 'posts' | 'broadcasts' | 'closed'> = { posts: [], broadcasts: [], closed: false };
  // Out of the other realm by way of JSON, as a structured clone would be.
  const copy = (message: unknown) => JSON.parse(JSON.stringify(message)) as CallbackMessage;
  class Channel {
    constructor(private readonly name: string) {}
    postMessage = (message: unknown) => ran.broadcasts.push({ channel: this.name, message: copy(message) });
    close = () => {};
  }
  const page: Record<string, unknown> = {
    opener: opener
      ? {
          closed: false,
          postMessage: (message: unknown, target: unknown) =>
            ran.posts.push({ message: copy(message), targetOrigin: String(target) }),
        }
      : null,
    BroadcastChannel: Channel,
    location: { origin: 'null' },
    close: () => (ran.closed = true),
    setTimeout: (run: () => void) => run(),
    addEventListener: () => {},
    document: { getElementById: () => null, querySelector: () => null, addEventListener: () => {} },
  };
  page['window'] = page;
  page['self'] = page;
  const context = createContext(page);
  for (const [, script] of html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)) runInContext(script ?? '', context);
  return ran;
}
