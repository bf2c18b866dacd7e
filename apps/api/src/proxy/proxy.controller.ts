import { Controller, Delete, Get, Head, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Proxied } from './proxied.decorator.js';
import { ProxyService, type ProxiedRequest } from './proxy.service.js';

const PATH = ':id/proxy/*';

/** A handler for each method, since `@All` would add methods, and a generated client has one function for each `operationId`. */
@ApiTags('Proxy')
@Controller('connections')
export class ProxyController {
  constructor(private readonly proxy: ProxyService) {}

  @Head(PATH)
  @Proxied('HEAD')
  proxyHead(@Req() request: ProxiedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.proxy.forward(request, reply);
  }

  @Get(PATH)
  @Proxied('GET')
  proxyGet(@Req() request: ProxiedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.proxy.forward(request, reply);
  }

  @Post(PATH)
  @Proxied('POST')
  proxyPost(@Req() request: ProxiedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.proxy.forward(request, reply);
  }

  @Put(PATH)
  @Proxied('PUT')
  proxyPut(@Req() request: ProxiedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.proxy.forward(request, reply);
  }

  @Patch(PATH)
  @Proxied('PATCH')
  proxyPatch(@Req() request: ProxiedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.proxy.forward(request, reply);
  }

  @Delete(PATH)
  @Proxied('DELETE')
  proxyDelete(@Req() request: ProxiedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.proxy.forward(request, reply);
  }
}
