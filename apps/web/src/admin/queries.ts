import { queryOptions } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';

const listKeys = async (client: CausewayClient, signal: AbortSignal) =>
  (await unwrap(client.GET('/keys', { signal }))).keys;

export type ApiKey = Awaited<ReturnType<typeof listKeys>>[number];
export type Scope = ApiKey['scopes'][number];

export const keysQuery = (client: CausewayClient) =>
  queryOptions({ queryKey: ['keys'], queryFn: ({ signal }) => listKeys(client, signal) });

const listEndpoints = async (client: CausewayClient, signal: AbortSignal) =>
  (await unwrap(client.GET('/webhook-endpoints', { signal }))).endpoints;

export type WebhookEndpoint = Awaited<ReturnType<typeof listEndpoints>>[number];

export const endpointsQuery = (client: CausewayClient) =>
  queryOptions({ queryKey: ['webhook-endpoints'], queryFn: ({ signal }) => listEndpoints(client, signal) });

export const setupsQuery = (client: CausewayClient) =>
  queryOptions({
    queryKey: ['setups'],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/integrations/setup', { signal }))).setups,
  });
