import { randomBytes } from 'node:crypto';

export interface User {
  orgId: string;
  userId: string;
}

/** A user of an organization that no other test knows. */
export const someone = (): User => ({ orgId: `org-${randomBytes(6).toString('hex')}`, userId: 'ann' });
