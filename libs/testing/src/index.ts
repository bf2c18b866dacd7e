export { freePort, startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';
export { redisCli } from './redis-cli.js';
export { startCluster, type RedisCluster } from './redis-cluster.js';
export { openTemporaryStore } from './temporary-store.js';
export { type Ended } from './owned-process.js';
export {
  type Choice,
  type CallbackMessage as ClosingMessage,
  type Consent,
  type Outcome,
  BrowserUser as Person,
  runCallbackPage as runClosingPage,
} from './browser-user.js';
export { runService, startService, type Service, type ServiceOptions } from './service.js';
export {
  MockProviders as StandIns,
  startMockProviders as startStandIns,
  type MockProvidersProcess as StandInsProcess,
} from './mock-providers.js';
export { startBrowser } from './browser.js';
