export { freePort, startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';
