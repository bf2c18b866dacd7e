import { Controller, Get, Param, Query } from '@nestjs/common';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { ConnectionsService } from './connections.service.js';
import { AuditTrail } from './audit-trail.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { EventPage } from './event.dto.js';

@Controller('connections/:id/events')
export class AuditTrailController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly connections: ConnectionsService,
  ) {}

  @Get()
  @Endpoint({
    summary: 'What was done with a connection, when and by whom; newest first',
    description:
      'The newest 500 are kept, until it is disconnected. Reading its token is noted once a minute and caller.',
    access: 'connections:read',
    response: EventPage,
    problems: ['invalid-request', 'unknown-connection'],
  })
  async listConnectionEvents(
    @Param('id') id: string,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<EventPage> {
    const { record } = await this.connections.get(id, caller);
    return EventPage.of(await this.trail.page(record.id, limit, cursor));
  }
}
