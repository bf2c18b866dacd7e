import { createHash, randomBytes } from 'node:crypto';
import { type ProviderId, type ProviderLog, type Sandbox, type SandboxOptions, startSandbox } from '../src/index.js';

export interface Reply<T> {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed JSON; an empty object when the text is none. */
  body: T;
}

export interface Sending {
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

type Body = Record<string, unknown>;

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A verifier and its S256 challenge. */
export function pkce() {
  const verifier = randomBytes(40).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export const STATE = 'a-state-of-at-least-sixteen-characters';
export const callback = (provider: ProviderId) => `http://localhost:8000/integrations/${provider}/oauth2callback`;

/** A sandbox of its own for one test file, and the few things a browser and a client do with it. */
export class Tester {
  private constructor(private readonly sandbox: Sandbox) {}

  static async start(options?: SandboxOptions): Promise<Tester> {
    return new Tester(await startSandbox(options));
  }

  get url(): string {
    return this.sandbox.url;
  }

  close = (): Promise<void> => this.sandbox.close();

  async send<T = Body>(method: string, path: string, { json, form, headers = {} }: Sending = {}): Promise<Reply<T>> {
    const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json);
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse<T>(text) };
  }

  control = <T = Body>(method: string, path: string, json?: object): Promise<Reply<T>> =>
    this.send<T>(method, `/control${path}`, json === undefined ? {} : { json });

  /** Tokens without a browser, from the app that is there from the start. */
  async tokens(provider: ProviderId, more: object = {}): Promise<Tokens> {
    return (await this.control<Tokens>('POST', '/tokens', { provider, ...more })).body;
  }

  log = async (provider: ProviderId): Promise<ProviderLog> =>
    (await this.control<ProviderLog>('GET', `/log?provider=${provider}`)).body;

  reset = () => this.control('POST', '/reset', {});

  /** What a person does: opens the page, chooses the first or the given account, decides. Answers the redirect. */
  async consent(path: string, query: Record<string, string>, decision = 'allow', account?: string): Promise<URL> {
    const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
    const page = await this.send('GET', `${path}?${search}`);
    const chosen = account ?? /name="account" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const hidden = [...page.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const form = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]));
    const answer = await this.send('POST', path, { form: { ...form, account: chosen, decision } });
    return new URL(answer.headers.get('location') ?? `missing:${page.status}/${answer.status}`);
  }
}

function parse<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return {} as T;
  }
}
