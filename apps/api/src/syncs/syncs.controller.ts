import type { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, IsStillAuthorized, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { ApiChanges, SyncDto, SyncItemPage, SyncPage, SyncRunPage } from './sync.dto.js';
import { SyncFeedService } from './sync-feed.service.js';
import {
  ChangesQuery,
  CreateSyncDto,
  RunSyncDto,
  SyncItemsQuery,
  SyncQuery,
  UpdateSyncDto,
} from './sync-requests.dto.js';
import { SyncsService, viewOf } from './syncs.service.js';

const NDJSON = 'application/x-ndjson';
const OF_ONE = ['unknown-sync', 'syncs-not-configured'] as const;

const links = {
  getSync: { parameters: { id: '$response.body#/id' } },
  updateSync: { parameters: { id: '$response.body#/id' } },
  runSync: { parameters: { id: '$response.body#/id' } },
  listSyncRuns: { parameters: { id: '$response.body#/id' } },
  listSyncChanges: { parameters: { id: '$response.body#/id' } },
  listSyncItems: { parameters: { id: '$response.body#/id' } },
  deleteSync: { parameters: { id: '$response.body#/id' } },
};

@ApiTags('Syncs')
@Controller('syncs')
export class SyncsController {
  constructor(
    private readonly syncs: SyncsService,
    private readonly feed: SyncFeedService,
  ) {}

  @Post()
  @Endpoint({
    summary: "Keep a copy of a connection's items in step",
    description:
      'The first run begins by itself. For the same connection, types and parent there is one sync: asking for it again responds with 200, and sets its intervals.',
    access: 'syncs:write',
    status: 201,
    response: SyncDto,
    body: {
      type: CreateSyncDto,
      examples: { 'The default types': { connectionId: 'con_1f0c2a4b5d6e7f8091a2b3c4d5e6f708' } },
    },
    links,
    problems: [
      'invalid-request',
      'unknown-connection',
      'integration-not-configured',
      'needs-reconnect',
      'provider-rejected',
      'provider-rate-limited',
      'provider-unavailable',
      'provider-timeout',
      'syncs-not-configured',
    ],
  })
  async createSync(
    @Body() request: CreateSyncDto,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SyncDto> {
    const { sync, isNew } = await this.syncs.create(request, caller);
    if (!isNew) reply.status(200);
    return sync;
  }

  @Get()
  @Endpoint({
    summary: 'List syncs, newest first',
    access: 'syncs:read',
    response: SyncPage,
    problems: ['invalid-request', 'syncs-not-configured'],
  })
  async listSyncs(@Query() query: SyncQuery, @CurrentCaller() caller: Caller): Promise<SyncPage> {
    return this.syncs.list(query, caller);
  }

  @Get(':id')
  @Endpoint({ summary: 'Get a sync', access: 'syncs:read', response: SyncDto, problems: OF_ONE })
  async getSync(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<SyncDto> {
    return viewOf(await this.syncs.get(id, caller));
  }

  @Patch(':id')
  @Endpoint({
    summary: 'Change the intervals of a sync, pause it or let it go on',
    access: 'syncs:write',
    response: SyncDto,
    body: { type: UpdateSyncDto, examples: { 'Every two hours': { everySeconds: 7_200 }, Pause: { paused: true } } },
    problems: ['invalid-request', ...OF_ONE],
  })
  async updateSync(
    @Param('id') id: string,
    @Body() change: UpdateSyncDto,
    @CurrentCaller() caller: Caller,
  ): Promise<SyncDto> {
    return this.syncs.change(id, change, caller);
  }

  @Delete(':id')
  @Endpoint({
    summary: 'Delete a sync, and all that is kept of it',
    access: 'syncs:write',
    status: 204,
    problems: OF_ONE,
  })
  async deleteSync(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.syncs.remove(id, caller);
  }

  @Post(':id/run')
  @Endpoint({
    summary: 'Run a sync as soon as there is room',
    description: 'One that runs already goes on; a full pass that is asked for during another run follows it.',
    access: 'syncs:write',
    status: 202,
    response: SyncDto,
    body: { type: RunSyncDto, examples: { 'What has changed': {}, 'A full pass': { full: true } } },
    problems: ['invalid-request', ...OF_ONE],
  })
  async runSync(
    @Param('id') id: string,
    @Body() { full }: RunSyncDto,
    @CurrentCaller() caller: Caller,
  ): Promise<SyncDto> {
    return this.syncs.run(id, full, caller);
  }

  @Get(':id/runs')
  @Endpoint({
    summary: 'List the runs of a sync, newest first',
    access: 'syncs:read',
    response: SyncRunPage,
    problems: ['invalid-request', ...OF_ONE],
  })
  async listSyncRuns(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<SyncRunPage> {
    return this.syncs.listRuns(id, query, caller);
  }

  @Get(':id/changes')
  @ApiChanges()
  @Endpoint({
    summary: 'Read the changes of a sync',
    description:
      "A reader that applies all changes and keeps `nextCursor` has the provider's state, from an empty cursor on too. Each item is in the feed once, with its newest change. With `Accept: application/x-ndjson` all changes up to now, one a line, and a last line with `nextCursor`.",
    access: 'syncs:read',
    problems: ['invalid-request', 'cursor-too-old', 'too-many-requests', ...OF_ONE],
  })
  async listSyncChanges(
    @Param('id') id: string,
    @Query() query: ChangesQuery,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | Readable> {
    const { records } = this.syncs;
    const sync = await this.syncs.get(id, caller);
    if ((headers.accept ?? '').includes(NDJSON)) {
      const lines = this.feed.stream(records, sync, query.cursor);
      reply.type(`${NDJSON}; charset=utf-8`);
      return lines;
    }
    const closed = new AbortController();
    reply.raw.once('close', () => closed.abort());
    const page = await this.feed.page(records, sync, query, { caller, isStillAuthorized, closed });
    reply.type('application/json; charset=utf-8');
    return page;
  }

  @Get(':id/items')
  @Endpoint({
    summary: 'List the items that are known now, without asking the provider',
    access: 'syncs:read',
    response: SyncItemPage,
    problems: ['invalid-request', ...OF_ONE],
  })
  async listSyncItems(
    @Param('id') id: string,
    @Query() query: SyncItemsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<SyncItemPage> {
    return this.feed.items(this.syncs.records, await this.syncs.get(id, caller), query);
  }
}
