import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiProduces } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Problem } from '@causeway/problem';
import {
  CurrentCaller,
  IsStillAuthorized,
  mayActFor,
  requireMayActFor,
  type AuthorizationCheck,
  type Caller,
} from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { IsExternalId } from '../dto/user.dto.js';
import { EventStream } from './event-stream.js';
import { LiveFeed } from './live-feed.js';

const MOST_READERS = 1_000;

class FeedQuery {
  @IsOptional()
  @IsExternalId({ required: false })
  orgId?: string;

  @IsOptional()
  @IsExternalId({ required: false })
  userId?: string;
}

@Controller('events')
export class LiveFeedController {
  constructor(private readonly live: LiveFeed) {}

  @Get()
  @ApiProduces('text/event-stream')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last id seen: what came after it is sent first.',
  })
  @Endpoint({
    summary: 'What becomes of connections, as it happens',
    description:
      'Events `connection.created`, `connection.updated` and `connection.needs-reconnect` with the Connection as it is now, and ' +
      '`connection.deleted` with `{id,orgId,userId,integration}`. After `reset` something may have been missed that cannot be ' +
      'sent any more: read the list again. The stream ends now and then, and with its key or session; come back with the last id.',
    access: 'connections:read',
    problems: ['invalid-request', 'too-many-requests'],
  })
  async streamEvents(
    @Query() query: FeedQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    requireMayActFor(caller, query);
    if (this.live.readers >= MOST_READERS)
      throw new Problem('too-many-requests', 'Too many streams are open at this service.', { retryAfter: 30 });
    const [onlyOrg, ...others] = caller.orgIds ?? [];
    const orgId = query.orgId ?? (others.length === 0 ? onlyOrg : undefined);
    const { userId } = query;
    let leave = () => {};
    const stream = new EventStream(
      reply,
      {
        // Two sign-ins with one key end each for itself.
        credential: `${caller.kind} ${caller.id ?? ''} ${caller.webSession ?? ''}`,
        mayRead: isStillAuthorized,
        // Organisations may share a partition, and a caller may see only some of a feed.
        concerns: ({ owner }) =>
          (orgId === undefined || owner.orgId === orgId) &&
          (userId === undefined || owner.userId === userId) &&
          mayActFor(caller, owner),
      },
      () => leave(),
    );
    leave = await this.live.follow(orgId, lastEventId, stream);
    if (reply.raw.destroyed) leave();
  }
}
