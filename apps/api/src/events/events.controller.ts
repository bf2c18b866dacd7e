import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiProduces } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, IsStillAuthorized, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { IsExternalId } from '../dto/user.dto.js';
import { EventsService } from './events.service.js';

class EventsQuery {
  @IsOptional()
  @IsExternalId({ required: false })
  orgId?: string;

  @IsOptional()
  @IsExternalId({ required: false })
  userId?: string;
}

@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

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
    @Query() query: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.events.stream({ ...query, lastEventId }, caller, isStillAuthorized, reply);
  }
}
