/** The user whose accounts are shown. */
export interface User {
  orgId: string;
  userId: string;
}

/** The service's rule for ids of organizations and users. */
const ID = /^[!#-;=?-[\]_a-z|~]{1,255}$/;

const SANDBOX_USER: User = { orgId: 'acme', userId: 'ann' };

export const isId = (text: string): boolean => ID.test(text);

/** The ids in the address. Sandbox mode has a default user, so that there is something to start with. */
export function userIdsOf({ org, user }: Record<'org' | 'user', string | null>, sandbox: boolean): User {
  const { orgId, userId } = sandbox ? SANDBOX_USER : { orgId: '', userId: '' };
  return { orgId: org ?? orgId, userId: user ?? userId };
}
