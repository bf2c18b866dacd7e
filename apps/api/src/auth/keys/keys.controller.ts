import { Body, Controller, Delete, Get, Header, Param, Post } from '@nestjs/common';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { CreatedKeyDto, KeyDto, KeyList, NewKeyDto } from './key.dto.js';
import { KeysService } from './keys.service.js';

@Controller('keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'Make an API key',
    access: 'admin',
    status: 201,
    response: CreatedKeyDto,
    problems: ['invalid-request'],
  })
  async createKey(@Body() { name, scopes, orgIds, expiresAt }: NewKeyDto): Promise<CreatedKeyDto> {
    const { key, record } = await this.keys.create({
      name,
      scopes: [...new Set(scopes)],
      orgIds: orgIds ?? null,
      expiresAt: expiresAt?.getTime() ?? null,
    });
    return { ...KeyDto.of(record), key };
  }

  @Get()
  @Endpoint({ summary: 'All API keys, without their secrets', access: 'admin', response: KeyList })
  async listKeys(): Promise<KeyList> {
    return { keys: (await this.keys.list()).map((record) => KeyDto.of(record)) };
  }

  @Delete(':id')
  @Endpoint({ summary: 'Revoke an API key', access: 'admin', status: 204, problems: ['not-found'] })
  async revokeKey(@Param('id') id: string): Promise<void> {
    await this.keys.revoke(id);
  }
}
