export const INTEGRATIONS = ['notion', 'airtable', 'hubspot', 'slack'] as const;
export type IntegrationId = (typeof INTEGRATIONS)[number];
