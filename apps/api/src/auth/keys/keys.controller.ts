import { Body, Controller, Delete, Get, Header, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../../access/caller.js';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { CreatedKeyDto, KeyDto, KeyList, NewKeyDto } from './key.dto.js';
import { KeysService } from './keys.service.js';

@ApiTags('API keys')
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'Create an API key',
    description:
      'A key may do no more than the key that creates it: scopes, organizations and expiry. The cookie of the web app creates no key that reads credentials, calls providers or creates keys. The key itself is shown once, in this response.',
    access: 'admin',
    status: 201,
    response: CreatedKeyDto,
    body: {
      type: NewKeyDto,
      examples: {
        'A key that reads items': { name: 'back end', scopes: ['connections:read', 'items:read'] },
        'A key for one organization': {
          name: 'acme',
          scopes: ['connections:read', 'sessions:write'],
          orgIds: ['acme'],
        },
      },
    },
    links: {
      revokeKey: { parameters: { id: '$response.body#/id' } },
      signIn: { requestBody: { key: '$response.body#/key' } },
    },
    problems: ['invalid-request'],
  })
  async createKey(
    @Body() { name, scopes, orgIds, expiresAt }: NewKeyDto,
    @CurrentCaller() caller: Caller,
  ): Promise<CreatedKeyDto> {
    const { key, record } = await this.keys.createFor(caller, {
      name,
      scopes: [...new Set(scopes)],
      orgIds: orgIds ?? null,
      expiresAt: expiresAt?.getTime() ?? null,
    });
    return { ...KeyDto.of(record), key };
  }

  @Get()
  @Endpoint({
    summary: 'List the API keys of your organizations, without their secrets',
    access: 'admin',
    response: KeyList,
  })
  async listKeys(@CurrentCaller() caller: Caller): Promise<KeyList> {
    return { keys: (await this.keys.listFor(caller)).map((record) => KeyDto.of(record)) };
  }

  @Delete(':id')
  @Endpoint({ summary: 'Revoke an API key', access: 'admin', status: 204, problems: ['not-found'] })
  async revokeKey(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.keys.revokeFor(caller, id);
  }
}
