import type { AccountData } from './account.js';
import type { ProviderEvent } from '../webhooks/webhook-rules.js';
import type { Edit } from './edits.js';

/** A change of one item that the control API asks for. */
export interface RequestedEdit {
  /** One of the types of the provider's editor. */
  type: string;
  /** undefined: a new item. */
  id: string | undefined;
  /** Where the item is, is to be moved to, or is to be created. */
  parent: string | undefined;
  change: Pick<Edit, 'modified' | 'deleted' | 'properties'> & Pick<Partial<Edit>, 'title' | 'archived' | 'created'>;
}

export interface EditedItem {
  id: string;
  /** What the provider tells apps about it. */
  events: readonly ProviderEvent[];
}

/** A provider's items, as far as they can be edited. Throws `ControlError` at what the provider does not know. */
export interface ItemEditor {
  readonly types: readonly string[];
  /** Whether items have the properties of HubSpot. */
  readonly hasProperties: boolean;
  edit(data: AccountData, request: RequestedEdit): EditedItem;
}
