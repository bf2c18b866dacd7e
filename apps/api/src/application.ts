import type { LogLevel as NestLogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem, describeError } from '@causeway/problem';
import { Store } from '@causeway/store';
import { AppModule } from './app.module.js';
import type { Configuration, LogLevel } from './configuration/configuration.js';
import { configuration } from './environment.js';
import { allowCorsOrigins } from './http/cors.js';
import { limitRate } from './http/rate-limit.js';
import { securedAnswers } from './http/security-headers.js';
import { limitBodies, TIMEOUTS } from './http/timeouts.js';
import { loopbackOnly } from './http/loopback-only.js';
import { RequestValidation } from './http/request-validation.js';
import { ServiceLog } from './service-log.js';
import { cookieName } from './access/cookies.js';
import { SESSION_COOKIE } from './auth/web-session/web-sessions.service.js';
import { useCookies } from './http/cookies.js';
import { serveFiles } from './web/static-files.js';

const MAX_BODY_BYTES = 64 * 1024;

/** Longer names in a path are no route at all; shorter ones that nobody has are an unknown name. */
const MAX_PARAMETER_LENGTH = 4_096;

const NEST_LEVELS: Record<LogLevel, NestLogLevel[]> = {
  error: ['error', 'fatal'],
  warn: ['error', 'fatal', 'warn'],
  info: ['error', 'fatal', 'warn', 'log'],
  debug: ['error', 'fatal', 'warn', 'log', 'debug', 'verbose'],
};

/** Node's own, of either HTTP version. */
interface RawAnswer {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** What the router itself cannot read never reaches a hook or a filter. */
function sendUnreadable(answer: RawAnswer): void {
  const problem = new Problem('invalid-request', 'The path could not be read.');
  answer.statusCode = problem.status;
  answer.setHeader('content-type', 'application/problem+json; charset=utf-8');
  answer.end(JSON.stringify(problem.toBody()));
}

/** What nobody caught ends the process, as it would anyway, but in a log line that holds no secret instead of a dump of the error. */
function endOnCrash(logger: ServiceLog): void {
  process.on('uncaughtException', (error) => {
    logger.fatal(describeError(error), 'Crash');
    process.exit(1);
  });
}

/** The whole service, not listening yet. @throws ConfigurationError */
export async function createApplication(): Promise<{ app: NestFastifyApplication; config: Configuration }> {
  const logger = new ServiceLog();
  logger.setLogLevels(NEST_LEVELS.warn);
  endOnCrash(logger);
  const config = configuration();
  const adapter = new FastifyAdapter({
    ...TIMEOUTS,
    http: { ...TIMEOUTS.http, ServerResponse: securedAnswers(config) },
    bodyLimit: MAX_BODY_BYTES,
    // One proxy: it is the last entry of X-Forwarded-For that it wrote; those before it are whatever the client sent.
    trustProxy: config.trustProxy ? (_address, hop) => hop === 0 : false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: (_error: unknown, _request: unknown, { raw }: { raw: RawAnswer }) => sendUnreadable(raw),
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger, abortOnError: false });
  app.useGlobalPipes(new RequestValidation());
  const server = app.getHttpAdapter().getInstance();
  limitBodies(server);
  allowCorsOrigins(server, config.webOrigins);
  await useCookies(server, config);
  if (config.mode === 'sandbox') loopbackOnly(server, config);
  else limitRate(server, app.get(Store), cookieName(config, SESSION_COOKIE));
  await serveFiles(server);
  app.enableShutdownHooks();
  await app.init();
  // Only now: the list of all routes at every start is nothing that an operator reads.
  logger.setLogLevels(NEST_LEVELS[config.logLevel]);
  return { app, config };
}
