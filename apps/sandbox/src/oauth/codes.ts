import type { AuthorizeRequest } from './authorize-request.js';

export interface AuthorizationCode {
  readonly request: AuthorizeRequest;
  readonly accountId: string;
  readonly expiresAt: number;
  spent: boolean;
}

/** Codes on their way from the consent page to the token endpoint. */
export class Codes {
  private readonly codes = new Map<string, AuthorizationCode>();

  put(code: string, entry: AuthorizationCode, now: number): void {
    // A spent or expired code is remembered for an hour, so that its second use can be told from nonsense.
    for (const [old, { expiresAt }] of this.codes) {
      if (expiresAt > now - 3_600_000) break;
      this.codes.delete(old);
    }
    this.codes.set(code, entry);
  }

  find = (code: string): AuthorizationCode | undefined => this.codes.get(code);

  reset(): void {
    this.codes.clear();
  }
}
