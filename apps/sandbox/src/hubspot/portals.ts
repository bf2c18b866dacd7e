import type { Account } from '../core/account.js';

export const EU_PORTAL = '147893286';
/** Its subscription does not grant optional scopes. */
export const STARTER_PORTAL = '62515001';

/** Every region has the same API host; only the web pages are elsewhere. */
export const isEu = ({ id }: Pick<Account, 'id'>): boolean => id === EU_PORTAL;
export const uiDomain = (account: Pick<Account, 'id'>): string =>
  isEu(account) ? 'app-eu1.hubspot.com' : 'app.hubspot.com';

const DOMAINS = new Map([
  [EU_PORTAL, 'northwind-kites.example'],
  [STARTER_PORTAL, 'copper-lanterns.example'],
]);
export const hubDomain = ({ id }: Pick<Account, 'id'>): string => DOMAINS.get(id) ?? `portal-${id}.example.com`;
