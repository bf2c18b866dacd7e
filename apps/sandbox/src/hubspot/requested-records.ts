import type { MockRequest } from '../core/request.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { invalid, missingScopes } from './errors.js';
import { objectType } from './object-types.js';
import { Records } from './records.js';

/** The records of the type that the path names. */
export const recordsOf = ({ params }: MockRequest, session: AuthorizedSession): Records =>
  recordsOfType(session, params['type']);

export function recordsOfType(session: AuthorizedSession, name: string | undefined): Records {
  const type = objectType(name);
  if (!type) throw invalid(`Unable to infer object type from: ${name}`);
  if (!session.scopes.has(type.scope)) throw missingScopes(type.scope);
  return new Records(session, type);
}
