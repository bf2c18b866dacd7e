import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { INSTALLATION } from './configuration/installation.js';

const FILE = INSTALLATION.openApiDocument;

/** Writes openapi/openapi.json, or with `--check` says whether it is what the code describes. Needs no store and no secrets. */
async function emit(): Promise<void> {
  // `preview`: routes are described, nothing is created.
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Causeway')
    .setDescription("Connect users' accounts, keep their credentials fresh, load their items in one shape.")
    .setVersion('1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key. Not needed in sandbox mode.' })
    .build();
  const document = SwaggerModule.createDocument(app, description, {
    operationIdFactory: (_controller, method) => method,
  });
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (!process.argv.includes('--check')) return writeFile(FILE, text);
  if ((await readFile(FILE, 'utf8').catch(() => '')) === text) return;
  process.stderr.write('openapi/openapi.json is stale: run "npm run openapi".\n');
  process.exitCode = 1;
}

await emit();
