import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { ConnectionsService } from './connections.service.js';
import { AuditLog } from './audit-log.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { AuditLogPage } from './audit-entry.dto.js';

@ApiTags('Connections')
@Controller('connections/:id/events')
export class AuditLogController {
  constructor(
    private readonly auditLog: AuditLog,
    private readonly connections: ConnectionsService,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List what was done with a connection, when and by whom, newest first',
    description:
      'The newest 200 entries of the last AUDIT_DAYS are kept until the connection is disconnected. Reads of its token, loads, requests ' +
      'through its proxy and failed refreshes are recorded once a minute for each caller. `GET /audit` has more, and those of disconnected ones.',
    access: 'connections:read',
    response: AuditLogPage,
    problems: ['invalid-request', 'unknown-connection'],
  })
  async listConnectionEvents(
    @Param('id') id: string,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditLogPage> {
    const { record } = await this.connections.get(id, caller);
    return AuditLogPage.of(await this.auditLog.page(record.id, limit, cursor));
  }
}
