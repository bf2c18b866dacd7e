export { freePort, startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';
export { openTemporaryStore } from './temporary-store.js';
