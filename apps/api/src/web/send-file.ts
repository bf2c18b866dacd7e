import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type {} from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { INSTALLATION } from '../configuration/installation.js';
import { PAGE_HEADERS } from './page-headers.js';

const PAGE_FILES = { webApp: 'index.html', docs: 'docs.html' } as const satisfies Record<
  keyof typeof PAGE_HEADERS,
  string
>;

export const isWebAppBuilt = (): boolean => existsSync(join(INSTALLATION.webApp, PAGE_FILES.webApp));

/** A file whose name does not change with its content: a browser that has it asks whether it has changed. */
export const sendFile = (reply: FastifyReply, file: string): FastifyReply =>
  reply.header('cache-control', 'no-cache').sendFile(file, INSTALLATION.webApp, { cacheControl: false });

export const sendPage = (reply: FastifyReply, page: keyof typeof PAGE_FILES): FastifyReply =>
  sendFile(reply.headers(PAGE_HEADERS[page]), PAGE_FILES[page]);

/** `sendFile` would answer with 200. */
export const sendUnknownPage = (reply: FastifyReply): FastifyReply =>
  reply
    .headers(PAGE_HEADERS.webApp)
    .code(404)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(createReadStream(join(INSTALLATION.webApp, PAGE_FILES.webApp)));
