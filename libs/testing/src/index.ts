export { freePort, startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';
export { redisCli } from './redis-cli.js';
export { startCluster, type RedisCluster } from './redis-cluster.js';
export { openTemporaryStore } from './temporary-store.js';
export { type Ended } from './owned-process.js';
export {
  type Choice,
  type ClosingMessage,
  type Consent,
  type Outcome,
  Person,
  runClosingPage,
} from './browser-user.js';
export { runService, startService, type Service, type ServiceOptions } from './service.js';
export { StandIns, startStandIns, type StandInsProcess } from './mock-providers.js';
export { startBrowser } from './browser.js';
