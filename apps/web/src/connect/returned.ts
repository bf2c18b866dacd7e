import type { ShownProblem } from '../api/service-problem.js';
import { texts } from '../texts.js';
import type { Ending } from './ending.js';

/** Reads how a full-page authorization ended, and takes it out of the address: a reload must not tell it again. */
export function takeReturned(): Ending | null {
  const url = new URL(window.location.href);
  const connectionId = url.searchParams.get('connectionId');
  const slug = url.searchParams.get('problem');
  if (connectionId === null && slug === null) return null;
  url.searchParams.delete('connectionId');
  url.searchParams.delete('problem');
  window.history.replaceState(null, '', url);
  return slug === null
    ? { kind: 'connected', connectionId: connectionId ?? '' }
    : { kind: 'failed', problem: problemFor(slug) };
}

function problemFor(slug: string): ShownProblem {
  return texts.endings.bySlug[slug] ?? texts.endings.failed;
}
