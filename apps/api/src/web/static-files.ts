import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { PAGE_HEADERS } from './page-headers.js';
import { INSTALLATION } from '../configuration/installation.js';

/** The web app's files, the OpenAPI document, and Swagger UI at /docs. */
export async function serveFiles(server: FastifyInstance): Promise<void> {
  const assets = join(INSTALLATION.webApp, 'assets');
  if (existsSync(assets)) {
    // The names of built files contain a hash of their content.
    await server.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      maxAge: '365d',
      immutable: true,
      decorateReply: false,
    });
  }
  const document = readFileSync(INSTALLATION.openApiDocument);
  server.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
  const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await server.register(fastifyStatic, {
    root: swaggerUi,
    prefix: '/docs/files/',
    decorateReply: false,
    allowedPath: isPublic,
  });
  server.get('/docs', async (_request, reply) =>
    reply.headers(PAGE_HEADERS.docs).type('text/html; charset=utf-8').send(DOCS_PAGE),
  );
  server.get('/docs/start.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(DOCS_SCRIPT),
  );
}

/** The files of swagger-ui-dist that the page loads. */
function isPublic(path: string): boolean {
  return /^\/(swagger-ui(-bundle)?\.(css|js)|favicon-\d+x\d+\.png)$/.test(path);
}

const DOCS_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Causeway API</title>
<link rel="icon" href="/docs/files/favicon-32x32.png">
<link rel="stylesheet" href="/docs/files/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/files/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

const DOCS_SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, persistAuthorization: false });
`;
