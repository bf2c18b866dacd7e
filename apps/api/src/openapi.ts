import 'reflect-metadata';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { PROBLEMS, type ProblemSlug } from '@causeway/problem';
import { DESCRIPTION, TAGS } from './api-description.js';
import { AppModule } from './app.module.js';
import { INSTALLATION } from './configuration/installation.js';
import { exampleOf } from './dto/problem.dto.js';
import { referencePages } from './reference-pages.js';

/** The OpenAPI document. Needs no store and no secrets. */
async function openApiDocument(): Promise<string> {
  // `preview`: routes are described, nothing is created.
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Causeway')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key. Not needed in sandbox mode.' });
  for (const [name, text] of TAGS) description.addTag(name, text);
  const document = SwaggerModule.createDocument(app, description.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  const slugs = Object.keys(PROBLEMS) as ProblemSlug[];
  const examples = Object.fromEntries(
    slugs.map((slug) => [slug, { summary: PROBLEMS[slug].title, value: exampleOf(slug) }]),
  );
  const order = TAGS.map(([name]) => name);
  const positionOf = ({ head, get, post, delete: remove }: (typeof document.paths)[string]) =>
    order.indexOf((head ?? get ?? post ?? remove)?.tags?.[0] ?? '');
  const paths = Object.entries(document.paths).sort(([, one], [, other]) => positionOf(one) - positionOf(other));
  return `${JSON.stringify({ ...document, paths: Object.fromEntries(paths), components: { ...document.components, examples } }, null, 2)}\n`;
}

/** Writes the OpenAPI document and the pages that follow from the code, or with `--check` says which of them are stale. */
async function emit(): Promise<void> {
  const files = [
    { file: INSTALLATION.openApiDocument, text: await openApiDocument() },
    ...referencePages().map(({ path, text }) => ({ file: join(INSTALLATION.documentation, path), text })),
  ];
  for (const { file, text } of files) {
    if (process.argv.includes('--check')) {
      if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
      process.stderr.write(`${file} is stale: run "npm run openapi".\n`);
      process.exitCode = 1;
    } else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
}

await emit();
