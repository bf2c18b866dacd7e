import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { INSTALLATION } from '../configuration/installation.js';
import { isWebAppBuilt, sendFile, sendPage } from './send-file.js';

/**
 * What is built from apps/web: the files of the web app, the page at /docs, and the OpenAPI document. The build has compressed them. Responses
 * of the API are not compressed: a proxy in front may do that, and what is secret in them does not show in their length (BREACH).
 */
export async function serveFiles(server: FastifyInstance): Promise<void> {
  if (!isWebAppBuilt()) return;
  // The names of these files contain a hash of their content.
  await server.register(fastifyStatic, {
    root: join(INSTALLATION.webApp, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    maxAge: '365d',
    immutable: true,
  });
  server.get('/openapi.json', (_request, reply) => sendFile(reply, 'openapi.json'));
  server.get('/docs', (_request, reply) => sendPage(reply, 'docs'));
}
