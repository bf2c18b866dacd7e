export { API_VALUES } from './api-values.js';
export {
  API_VERSION,
  createCauseway,
  type CausewayClient,
  type CausewayOptions,
  type Connection,
  type Integration,
  type IntegrationDetails,
  type Item,
} from './client.js';
export { CausewayError, toCausewayError, unwrap, type Problem, type ProblemDetails } from './causeway-error.js';
export {
  LoadInterruptedError,
  streamItems,
  type LoadLine,
  type LoadSummary,
  type StreamItemsOptions,
} from './stream-items.js';
export { listConnections } from './list-connections.js';
export { proxyUrl } from './proxy-url.js';
export { followConnections, type ConnectionEvent, type FollowConnectionsOptions } from './follow-connections.js';
export { sessionFrom } from './session-from.js';
export {
  followSync,
  type Change,
  type FollowSyncOptions,
  type Sync,
  type SyncChanges,
  type SyncRun,
} from './follow-sync.js';
export {
  verifyWebhook,
  WebhookVerificationError,
  type ReceivedRequest,
  type VerifyWebhookOptions,
  type WebhookEvent,
} from './verify-webhook.js';
