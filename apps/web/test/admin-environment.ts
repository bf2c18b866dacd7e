import type { Page } from 'playwright-core';
import type { Connection } from '@causeway/client';
import { connect } from '../../api/test/support/connect.js';
import { ADMIN_KEY } from '../../api/test/support/production.js';
import { newUserId, open, signIn } from './support.js';
import { productionEnvironment } from './test-environment.js';

/** Sets up production mode for the calling file, and an administrator. */
export function adminEnvironment() {
  const environment = productionEnvironment({ viewport: { width: 1500, height: 900 } });
  return {
    environment,
    async connected(orgId: string, ...integrations: string[]): Promise<Connection[]> {
      const made: Connection[] = [];
      for (const [index, integration] of integrations.entries())
        made.push(await connect(environment.operator, integration, { orgId, userId: `user-${index + 1}` }));
      return made;
    },
    async administer(query = '', key = ADMIN_KEY): Promise<{ page: Page; faults: string[] }> {
      const opened = await open(environment.context, `${environment.service.url}/admin${query}`);
      await signIn(opened.page, key);
      return opened;
    },
  };
}

/** A new organization, so that the test can filter by its own connections. */
export const organization = () => `org-of-${newUserId()}`;

export const rows = (page: Page) => page.getByRole('table', { name: 'Connections' }).locator('tbody tr');
