import { Problem } from '@causeway/problem';

/** How an authorization ended. `isWaiting`: the grant waits for its finish code. */
export type StoredOutcome =
  | { integration: string; connectionId: string }
  | { integration: string; isWaiting: true }
  | { integration: string | null; problem: Problem };

/** What is kept of an authorization that has ended. The finish code is not: whoever has the cookie can compute it. */
export interface StoredResult {
  outcome: StoredOutcome;
  returnTo: string | null;
  popupReturnTo: string | null;
}

/** What the browser gets. `integration` is `null` if even that is unknown. */
export type Outcome =
  | { integration: string; connectionId: string }
  | { integration: string; finishCode: string }
  | { integration: string | null; problem: Problem };

/** How a callback ended, and where the browser goes next; `location` is `null`: the callback page. */
export interface Completion {
  outcome: Outcome;
  location: string | null;
  /** Where the callback page goes if it has lost its opener. */
  popupLocation: string | null;
}

/** Characters of both addresses together, of an authorization that ended with a problem. */
const MAX_STORED_ADDRESSES = 512;

/** `returnTo` gets exactly one of them. */
const OUTCOME_PARAMETERS = ['connectionId', 'finishCode', 'problem'];

export function completionOf({ returnTo, popupReturnTo, ...result }: StoredResult, finishCode: string): Completion {
  const { outcome: stored } = result;
  const outcome: Outcome = 'isWaiting' in stored ? { integration: stored.integration, finishCode } : stored;
  return { outcome, location: returnUrl(returnTo, outcome), popupLocation: returnUrl(popupReturnTo, outcome) };
}

/** What is stored for a callback that comes again. Nothing limits how many end with a problem: the page tells it where the addresses are long. */
export function storedText(result: StoredResult): string {
  const { outcome, returnTo, popupReturnTo } = result;
  const isShort = (returnTo ?? '').length + (popupReturnTo ?? '').length <= MAX_STORED_ADDRESSES;
  return JSON.stringify(!('problem' in outcome) || isShort ? result : { outcome, returnTo: null, popupReturnTo: null });
}

export function parseResult(json: string): StoredResult {
  const result = JSON.parse(json) as StoredResult;
  const { outcome } = result;
  if (!('problem' in outcome)) return result;
  const { slug, detail, details } = outcome.problem;
  return { ...result, outcome: { ...outcome, problem: new Problem(slug, detail, details) } };
}

function returnUrl(returnTo: string | null, outcome: Outcome): string | null {
  if (returnTo === null) return null;
  if ('problem' in outcome) return withParameter(returnTo, 'problem', outcome.problem.slug);
  if ('finishCode' in outcome) return withParameter(returnTo, 'finishCode', outcome.finishCode);
  return withParameter(returnTo, 'connectionId', outcome.connectionId);
}

/** Every other parameter stays as it is written: the caller may have signed it. */
function withParameter(returnTo: string, name: string, value: string): string {
  const url = new URL(returnTo);
  const others = url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !OUTCOME_PARAMETERS.includes(nameOf(part)));
  url.search = [...others, `${name}=${encodeURIComponent(value)}`].join('&');
  return url.href;
}

function nameOf(parameter: string): string {
  const [name = ''] = new URLSearchParams(parameter).keys();
  return name;
}
