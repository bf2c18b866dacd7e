import type { Who } from '../api/queries.js';
import type { Place } from './place.js';

/** The service's rule for the caller's own names. */
const NAME = /^[A-Za-z0-9_.@:-]{1,128}$/;

/** In sandbox mode there is somebody to begin with. */
const SANDBOX = { org: 'acme', user: 'ann' };

export const isName = (text: string): boolean => NAME.test(text);

export function namesOf({ org, user }: Place, sandbox: boolean): { org: string; user: string } {
  const start = sandbox ? SANDBOX : { org: '', user: '' };
  return { org: org ?? start.org, user: user ?? start.user };
}

/** `null`: not both are named, or not as the service wants it. */
export function whoOf(place: Place, sandbox: boolean): Who | null {
  const { org, user } = namesOf(place, sandbox);
  return isName(org) && isName(user) ? { orgId: org, userId: user } : null;
}
