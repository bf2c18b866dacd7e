import { ApiProperty } from '@nestjs/swagger';

export class LiveDto {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class PartDto {
  @ApiProperty({ enum: ['ok', 'failing'] })
  status!: 'ok' | 'failing';

  @ApiProperty({ type: String, nullable: true })
  detail!: string | null;
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
