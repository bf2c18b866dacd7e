import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, preParsingHookHandler } from 'fastify';

/** Marks a route whose handler reads the body itself, from Node's request. */
export const UNPARSED = 'causeway:unparsed';

/**
 * Fastify parses bodies by their type, for all routes alike. Requests to these routes seem to have no body: nothing is read, counted or
 * rejected for its type.
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

/** `request.raw.headers` still has them. */
const HIDDEN: IncomingHttpHeaders = {
  'content-type': undefined,
  'content-length': undefined,
  'transfer-encoding': undefined,
};

const hideBody: preParsingHookHandler = (request, _reply, payload, done) => {
  request.headers = HIDDEN;
  done(null, payload);
};
