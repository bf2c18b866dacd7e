import type { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, IsStillAuthorized, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { AuditReader } from './audit-reader.js';
import { AuditEventDto, AuditEventPage, AuditQuery } from './audit.dto.js';

const NDJSON = 'application/x-ndjson';

@ApiTags('Audit log')
@Controller('audit')
export class AuditController {
  constructor(private readonly reader: AuditReader) {}

  @Get()
  @Endpoint({
    summary: 'List audit events: who did what, with which connection, key or session',
    description:
      'Newest first, of your organizations; entries of the whole installation for keys of all organizations. A page may have fewer entries ' +
      'than `limit`, even none, where few match: go on while there is a `nextCursor`. With `Accept: application/x-ndjson` all of them, one a ' +
      'line, oldest first: `npm run verify-audit -- <file>` verifies the chain of an export without filters. Reads of a token, loads, ' +
      'checks, refreshes and requests through the proxy are recorded once a minute for each connection and caller. Of what one caller ' +
      'does often, the first in a minute are recorded one by one, and the others together, with their number; so are failed sign-ins and ' +
      'refused credentials, of all addresses together.',
    access: 'admin',
    problems: ['invalid-request'],
  })
  @ApiExtraModels(AuditEventDto, AuditEventPage)
  @ApiResponse({
    status: 200,
    description: 'Done.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditEventPage) } },
      [NDJSON]: { schema: { $ref: getSchemaPath(AuditEventDto) } },
    },
  })
  async listAuditEvents(
    @Query() { limit, cursor, ...filter }: AuditQuery,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEventPage | Readable> {
    if (!(headers.accept ?? '').includes(NDJSON)) return this.reader.page(filter, caller, limit, cursor);
    reply.type(`${NDJSON}; charset=utf-8`);
    return this.reader.export(filter, caller, isStillAuthorized);
  }
}
