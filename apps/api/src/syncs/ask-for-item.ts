import { UpstreamError } from '@causeway/http-client';
import type { AccountContext, Integration, IntegrationItem } from '../integrations/integration.js';
import type { ItemName } from './sync-records.js';

/** What says nothing of the item itself. */
const UNCLEAR = ['rejected', 'malformed', 'too-large', 'forbidden'];

/**
 * @returns `null`: it is gone; `undefined`: the provider does not say, and it stays
 * @throws UpstreamError or Problem where the provider cannot be asked now
 */
export async function askForItem(
  integration: Pick<Integration, 'fetchItem'>,
  account: AccountContext,
  { type, id, driveId, parentId }: ItemName,
): Promise<IntegrationItem | null | undefined> {
  try {
    return await integration.fetchItem({ type, id, driveId, parentId, properties: [] }, account);
  } catch (error) {
    if (error instanceof UpstreamError && UNCLEAR.includes(error.reason)) return undefined;
    throw error;
  }
}
