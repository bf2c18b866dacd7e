export const PROVIDER_IDS = ['notion', 'airtable', 'hubspot', 'slack'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

export const isProviderId = (value: unknown): value is ProviderId => PROVIDER_IDS.includes(value as ProviderId);
