import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Problem } from '#problem';
import { AppModule } from './app.module.js';
import type { Configuration, LogLevel } from './configuration/configuration.js';
import { configuration } from './configuration/environment.js';
import { loopbackOnly } from './sandbox/loopback-only.js';
import { RequestValidation } from './request-validation.js';
import { serveFiles } from './web/serve-files.js';

const MAX_BODY_BYTES = 64 * 1024;

/** Longer names in a path are no route at all; shorter ones that nobody has are an unknown name. */
const MAX_PARAMETER_LENGTH = 4_096;

const NEST_LEVELS: Record<LogLevel, NestLogLevel[]> = {
  error: ['error', 'fatal'],
  warn: ['error', 'fatal', 'warn'],
  info: ['error', 'fatal', 'warn', 'log'],
  debug: ['error', 'fatal', 'warn', 'log', 'debug', 'verbose'],
};

/** What the router itself cannot read never reaches a filter. */
function sendUnreadable(reply: FastifyReply): FastifyReply {
  const problem = new Problem('invalid-request', 'The path could not be read.');
  return reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem.toBody());
}

/** The whole service, not listening yet. @throws ConfigurationError */
export async function createApplication(): Promise<{ app: NestFastifyApplication; config: Configuration }> {
  const logger = new ConsoleLogger({ json: true, colors: false, logLevels: NEST_LEVELS.warn });
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => void sendUnreadable(reply),
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger, abortOnError: false });
  const config = app.get<Configuration>(configuration.KEY);
  app.useGlobalPipes(new RequestValidation());
  app.enableCors({ origin: config.webOrigins, maxAge: 600 });
  if (config.mode === 'sandbox') loopbackOnly(app.getHttpAdapter().getInstance(), config);
  await serveFiles(app.getHttpAdapter().getInstance());
  app.enableShutdownHooks();
  await app.init();
  // Only now: the list of all routes at every start is nothing that an operator reads.
  logger.setLogLevels(NEST_LEVELS[config.logLevel]);
  return { app, config };
}
