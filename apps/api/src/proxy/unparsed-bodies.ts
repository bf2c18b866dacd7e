import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, preParsingHookHandler } from 'fastify';

/** Marks a route whose handler takes the body itself, from Node's own request. */
export const UNPARSED = 'causeway:unparsed';

/**
 * Fastify parses by the type of a body, for all routes alike. To these routes it shows no body at all: nothing is read, counted or
 * refused for its type. All others keep their parsers and limits.
 */
@Injectable()
export class UnparsedBodies {
  constructor({ httpAdapter }: HttpAdapterHost) {
    const server: FastifyInstance = httpAdapter.getInstance();
    server.addHook('onRoute', (route) => {
      if (route.config !== undefined && UNPARSED in route.config) route.preParsing = hideBody;
    });
  }
}

/** What would tell of a body. It stays in `request.raw.headers`. */
const HIDDEN: IncomingHttpHeaders = {
  'content-type': undefined,
  'content-length': undefined,
  'transfer-encoding': undefined,
};

const hideBody: preParsingHookHandler = (request, _reply, payload, done) => {
  request.headers = HIDDEN;
  done(null, payload);
};
