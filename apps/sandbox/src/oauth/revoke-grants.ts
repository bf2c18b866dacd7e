import type { RouteContext } from '../core/mock-provider.js';
import type { Grant } from './grants.js';

/** Ends grants and tells the apps that had them, where the provider does so. */
export function revokeGrants(
  { sandbox, mockProvider }: RouteContext,
  grants: readonly Grant[],
  isUninstalled: boolean,
): void {
  const fresh = grants.filter(({ revoked }) => !revoked);
  for (const grant of fresh) grant.revoked = true;
  for (const account of sandbox.accountsOf(mockProvider)) {
    const data = sandbox.dataOf(mockProvider.id, account);
    const ofAccount = fresh.filter(({ accountId }) => accountId === account.id);
    for (const clientId of new Set(ofAccount.map((grant) => grant.clientId))) {
      const ofApp = ofAccount.filter((grant) => grant.clientId === clientId);
      const events = mockProvider.webhooks?.revoked?.(data, ofApp, isUninstalled) ?? [];
      sandbox.webhooks.publish({ integration: mockProvider.id, data, events, grants: ofApp });
      const { journal } = mockProvider;
      const now = sandbox.now();
      if (journal && isUninstalled) sandbox.journal.publish(journal, [clientId], [journal.uninstalled(data, now)], now);
    }
  }
}
