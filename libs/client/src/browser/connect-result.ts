import type { ProblemDetails } from '../causeway-error.js';

export type ConnectResult = { phase: 'connected'; connectionId: string } | { phase: 'failed'; problem: ProblemDetails };

/** `authorized`: the account is connected when `finishRedirect` has sent the code to the service. */
export type RedirectResult = ConnectResult | { phase: 'authorized'; finishCode: string; popupOf: string | null };
