import { ApiProperty } from '@nestjs/swagger';
import { ACTOR_KINDS } from './actor.js';

export class ActorDto {
  @ApiProperty({ enum: ACTOR_KINDS, enumName: 'ActorKind' })
  kind!: (typeof ACTOR_KINDS)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Of the key, the session or the user.' })
  id!: string | null;
}
