/** Of an app itself, for no account (RFC 6749, 4.4). */
export interface AppToken {
  value: string;
  clientId: string;
  scopes: ReadonlySet<string>;
  expiresAt: number;
}

export class AppTokens {
  private readonly tokens = new Map<string, AppToken>();

  add(token: AppToken): void {
    this.tokens.set(token.value, token);
  }

  find = (value: string | undefined): AppToken | undefined => this.tokens.get(value ?? '');

  /** Of all apps. */
  reset(): void {
    this.tokens.clear();
  }
}
