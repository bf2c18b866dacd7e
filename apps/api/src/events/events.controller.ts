import { Controller, Get, Head, Header, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, IsStillAuthorized, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { IsExternalId } from '../dto/user.dto.js';
import { EventsService } from './events.service.js';

class EventsQuery {
  @MayBeAbsent()
  @IsExternalId({ required: false })
  orgId?: string;

  @MayBeAbsent()
  @IsExternalId({ required: false })
  userId?: string;
}

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  /** Fastify would answer it by the handler of GET, whose stream does not end. */
  @Head()
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'Check whether the caller may open this stream',
    access: 'connections:read',
    problems: ['invalid-request'],
  })
  checkEvents(@Query() query: EventsQuery, @CurrentCaller() caller: Caller): void {
    this.events.check(query, caller);
  }

  @Get()
  @ApiProduces('text/event-stream')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event that was received: the events after it are sent first.',
  })
  @Endpoint({
    summary: 'Stream events of connections and syncs',
    description:
      'The events `connection.created`, `connection.updated`, `connection.needs-reconnect` and `connection.expiring` have the ' +
      'current Connection as their data, `connection.deleted` has `{id,orgId,userId,integration}`, `sync.completed` has ' +
      '`{syncId,connectionId,added,updated,deleted}`, `sync.failed` `{syncId,connectionId,problem}`. `reset` means that events were lost: read the list ' +
      'again. The stream ends from time to time, and when its key or session ends: reconnect with `Last-Event-ID`.',
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
