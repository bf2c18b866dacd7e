import type { LogLevel as NestLogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem, describeError, describeErrorBriefly } from '@causeway/problem';
import { Store } from '@causeway/store';
import { AppModule } from './app.module.js';
import type { Configuration, LogLevel } from './configuration/configuration.js';
import { allowCorsOrigins } from './http/cors.js';
import { limitRequests } from './http/request-limit.js';
import { endOpenRequests } from './http/open-requests.js';
import { sendRawProblem, type RawResponse } from './http/raw-problem.js';
import { newRequestId } from './http/request-id.js';
import { responseClass } from './http/security-headers.js';
import { limitBodies, TIMEOUTS } from './http/timeouts.js';
import { loopbackOnly } from './http/loopback-only.js';
import { parseForms, parseTextFields } from './http/text-fields.js';
import { RequestValidation } from './http/request-validation.js';
import { JsonLogger } from './operations/json-logger.js';
import { RequestObserver } from './operations/request-observer.js';
import { cookieName } from './access/cookies.js';
import { SESSION_COOKIE } from './auth/web-session/web-sessions.service.js';
import { useCookies } from './http/cookies.js';
import { Shutdown } from './shutdown/shutdown.js';
import { serveFiles } from './web/static-files.js';

const MAX_BODY_BYTES = 64 * 1024;

/** A longer path parameter matches no route. */
const MAX_PARAMETER_LENGTH = 10_240;

const NEST_LEVELS: Record<LogLevel, NestLogLevel[]> = {
  error: ['error', 'fatal'],
  warn: ['error', 'fatal', 'warn'],
  info: ['error', 'fatal', 'warn', 'log'],
  debug: ['error', 'fatal', 'warn', 'log', 'debug', 'verbose'],
};

/** An uncaught exception ends the process, as without this listener, but is logged without secrets. */
function exitOnUncaughtException(logger: JsonLogger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal(describeError(error), 'Crash');
    process.exit(1);
  });
}

/** Node prints its warnings as texts of several lines, some of them only of newer versions. */
function logWarnings(logger: JsonLogger): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message, code = '' }: Error & { code?: string }) => {
    // Only the listener that was removed knows the option.
    if (process.execArgv.includes(`--disable-warning=${code}`)) return;
    logger.warn(`${name}: ${message}`, 'Node');
  });
}

/** Packages print errors as texts of several lines: lmdb does so when a commit fails. */
function logConsole(logger: JsonLogger): void {
  for (const method of ['error', 'warn'] as const)
    console[method] = (...printed: unknown[]) => {
      const parts = printed.map((part) => (part instanceof Error ? describeErrorBriefly(part) : String(part)));
      logger[method](parts.join(' '), 'Console');
    };
}

/** Does not listen yet. @throws ConfigurationError for a store that cannot be used */
export async function createApplication(config: Configuration): Promise<NestFastifyApplication> {
  const logger = new JsonLogger(config.workers > 1 ? (await import('node:cluster')).default.worker?.id : undefined);
  logger.setLogLevels(NEST_LEVELS.warn);
  exitOnUncaughtException(logger);
  logWarnings(logger);
  logConsole(logger);
  const adapter = new FastifyAdapter({
    ...TIMEOUTS,
    http: { ...TIMEOUTS.http, ServerResponse: responseClass(config) },
    genReqId: newRequestId,
    bodyLimit: MAX_BODY_BYTES,
    // One reverse proxy: it wrote the last entry of X-Forwarded-For. The client may have sent the others.
    trustProxy: config.trustProxy ? (_address, hop) => hop === 0 : false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: parseTextFields },
    // A request that comes while the server closes is served: its connection was accepted before.
    return503OnClosing: false,
    // For a URL that the router cannot decode.
    frameworkErrors: (_error: unknown, _request: unknown, { raw }: { raw: RawResponse }) =>
      sendRawProblem(raw, new Problem('invalid-request', 'The path could not be read.')),
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger, abortOnError: false });
  app.useGlobalPipes(new RequestValidation());
  parseForms(app, MAX_BODY_BYTES);
  const server = app.getHttpAdapter().getInstance();
  app.get(RequestObserver).observe(server);
  limitBodies(server, config.limits);
  endOpenRequests(server, app.get(Shutdown));
  allowCorsOrigins(server, config.webOrigins);
  await useCookies(server, config);
  if (config.mode === 'sandbox') loopbackOnly(server, config);
  else limitRequests(server, app.get(Store), cookieName(config, SESSION_COOKIE));
  await serveFiles(server);
  await app.init();
  // Only now: Nest logs every route at start.
  logger.setLogLevels(NEST_LEVELS[config.logLevel]);
  return app;
}
