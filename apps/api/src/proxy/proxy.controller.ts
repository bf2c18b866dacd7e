import { Controller, Delete, Get, Head, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { sendAnswer } from './proxied-answer.js';
import { Proxied } from './proxied.decorator.js';
import { ProxyService } from './proxy.service.js';

const REST = ':id/proxy/*';

/** One handler for each method: in a generated client each is a call of its own. */
@Controller('connections')
export class ProxyController {
  constructor(private readonly proxy: ProxyService) {}

  @Head(REST)
  @Proxied('HEAD')
  async proxyHead(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handOn(id, caller, request, reply);
  }

  @Get(REST)
  @Proxied('GET')
  async proxyGet(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handOn(id, caller, request, reply);
  }

  @Post(REST)
  @Proxied('POST')
  async proxyPost(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handOn(id, caller, request, reply);
  }

  @Put(REST)
  @Proxied('PUT')
  async proxyPut(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handOn(id, caller, request, reply);
  }

  @Patch(REST)
  @Proxied('PATCH')
  async proxyPatch(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handOn(id, caller, request, reply);
  }

  @Delete(REST)
  @Proxied('DELETE')
  async proxyDelete(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handOn(id, caller, request, reply);
  }

  private async handOn(id: string, caller: Caller, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const gone = new AbortController();
    // Nearly all answers come to their end, and an abort is not for nothing.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    sendAnswer(reply, await this.proxy.handOn(id, caller, request, gone.signal));
  }
}
