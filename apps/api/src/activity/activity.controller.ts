import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { ActivityReader } from './activity-reader.js';
import { ActivityEntryDto, ActivityPage, ActivityQuery } from './activity.dto.js';

@ApiTags('Activity')
@Controller('activity')
export class ActivityController {
  constructor(private readonly reader: ActivityReader) {}

  @Get()
  @Endpoint({
    summary: 'List activity: calls to the provider of a connection, loads and refreshes, newest first',
    description:
      'Of your organizations, also for connections that are gone; a session sees what concerns its own user. The newest ACTIVITY_ENTRIES ' +
      'of each organization are kept for ACTIVITY_DAYS; without `orgId` or `connectionId`, keys of several organizations search the newest ' +
      'of all organizations together. A page may have fewer entries than `limit`, even none, where few match: go on while there is a ' +
      '`nextCursor`. Entries are there within some seconds; reads of a token call no provider and have none.',
    access: 'connections:read',
    response: ActivityPage,
    problems: ['invalid-request'],
  })
  async listActivity(
    @Query() { limit, cursor, ...filter }: ActivityQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<ActivityPage> {
    const { entries, nextCursor } = await this.reader.page(filter, caller, limit, cursor);
    return { entries: entries.map((entry) => ActivityEntryDto.of(entry)), nextCursor };
  }
}
