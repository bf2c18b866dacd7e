import { createHash } from 'node:crypto';

export interface Challenge {
  value: string;
  method: 'S256' | 'plain';
}

/** RFC 7636: 43 to 128 unreserved characters. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

export function verifies(challenge: Challenge, verifier: string | undefined): boolean {
  if (verifier === undefined || !VERIFIER.test(verifier)) return false;
  const derived =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier, 'ascii').digest('base64url');
  return derived === challenge.value;
}
