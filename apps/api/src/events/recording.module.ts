import { Global, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { actFor, isWithoutActor } from './actor.js';
import { AuditTrail } from './audit-trail.js';
import { ConnectionFeed } from './connection-feed.js';

/** What every feature needs to tell what it did: the trail, and who the caller is. */
@Global()
@Module({ providers: [AuditTrail, ConnectionFeed], exports: [AuditTrail, ConnectionFeed] })
export class RecordingModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    const fastify: FastifyInstance = httpAdapter.getInstance();
    // The last hook before the handler: reading a body would lose what was entered earlier.
    fastify.addHook('preHandler', (request, reply, next) => {
      if (isWithoutActor(request.routeOptions)) next();
      else reply.raw.once('close', actFor(request, next));
    });
  }
}
