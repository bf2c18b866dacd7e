import type { IntegrationDetails, Sync } from '@causeway/client';

/** For people; a type that the integration no longer has stays as it is. */
export function typeNames(integration: IntegrationDetails | undefined, { types, parent }: Sync): string {
  const names = types.map((type) => integration?.itemTypeDetails.find((one) => one.type === type)?.pluralLabel ?? type);
  return names.join(', ') + (parent === null ? '' : ` (${parent})`);
}
