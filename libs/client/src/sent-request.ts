/** What an error says of its request. */
export interface SentRequest {
  method: string;
  /** Without values: `/connections/{id}/check`. */
  path: string;
}

interface Sent extends SentRequest {
  /** `undefined`: there was none. */
  response?: Response;
}

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;

type Send = (path: string, options?: { middleware?: object[] }) => Promise<unknown>;

const sentRequests = new WeakMap<Promise<unknown>, Sent>();

/** @param promise that a client's method returned */
export const sentRequestOf = (promise: Promise<unknown>): Sent | undefined => sentRequests.get(promise);

/** Remembers what each promise of the client is for: openapi-fetch rejects with the browser's own errors, which say nothing of it. */
export function rememberRequests(client: object): void {
  const methods = client as Record<(typeof METHODS)[number], Send>;
  for (const method of METHODS) {
    const send = methods[method];
    methods[method] = (path, options = {}) => {
      const sent: Sent = { method, path };
      const recorder = { onResponse: ({ response }: { response: Response }) => void (sent.response = response) };
      const promise = send(path, { ...options, middleware: [...(options.middleware ?? []), recorder] });
      sentRequests.set(promise, sent);
      return promise;
    };
  }
}
