import { ApiProperty } from '@nestjs/swagger';

export class LiveDto {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';

  @ApiProperty({ example: '1.4.0', description: 'Of the service.' })
  version!: string;

  @ApiProperty({ type: String, nullable: true, description: '`null` where the build did not name it.' })
  commit!: string | null;
}

export class WarningDto {
  @ApiProperty({ example: 'eviction' })
  name!: string;

  @ApiProperty({ description: 'What may happen, and what to do.' })
  detail!: string;
}

export class PartDto {
  @ApiProperty({ enum: ['ok', 'failing'] })
  status!: 'ok' | 'failing';

  @ApiProperty({ type: String, nullable: true })
  detail!: string | null;

  @ApiProperty({ type: [WarningDto], description: 'Where the part works and something endangers it.' })
  warnings!: WarningDto[];
}

export class ReadyDto {
  @ApiProperty({ enum: ['ok', 'failing'] })
  status!: 'ok' | 'failing';

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/PartDto' },
    description: 'By name of the part.',
  })
  parts!: Record<string, PartDto>;
}
