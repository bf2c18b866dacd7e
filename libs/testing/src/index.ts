export { spawnOwned, type OwnedProcess } from './owned-process.js';
export { freePort, startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';
export { startPostgres, type PostgresServer } from './postgres-server.js';
export { redisCli } from './redis-cli.js';
export { startCluster, type RedisCluster } from './redis-cluster.js';
export { openTemporaryStore } from './temporary-store.js';
export { type Ended } from './owned-process.js';
export {
  type Choice,
  type CallbackMessage,
  type Consent,
  type Outcome,
  BrowserUser,
  runCallbackPage,
} from './browser-user.js';
export { runService, startService, type Service, type ServiceOptions } from './service.js';
export { MockProviders, startMockProviders, type MockProvidersProcess } from './mock-providers.js';
export { startBrowser } from './browser.js';
export { makeCertificates, type Certificates } from './certificates.js';
export { startSentinels, type SentinelGroup } from './redis-sentinel.js';
export { mountSmallDisk, type SmallDisk } from './small-disk.js';
export {
  startWebhookReceiver,
  type ReceivedWebhook,
  type WebhookReceiver,
  type WebhookResponse,
} from './webhook-receiver.js';
