import { ApiProperty } from '@nestjs/swagger';

const text = { type: String, nullable: true } as const;

/** One thing in a user's account, in the same shape for every provider. All keys are always there. */
export class IntegrationItem {
  @ApiProperty({
    description: "The provider's own id; unique with `type` and `driveId` within a connection.",
    example: '713492963559',
  })
  id!: string;

  @ApiProperty({ example: 'contact' })
  type!: string;

  @ApiProperty({ ...text, example: 'Ada Lovelace' })
  name: string | null = null;

  @ApiProperty({ type: Boolean, description: 'True for what holds other items.' })
  directory = false;

  @ApiProperty({ ...text, description: "The provider's id of what this item lives in." })
  parentId: string | null = null;

  @ApiProperty(text)
  parentPathOrName: string | null = null;

  @ApiProperty({ ...text, format: 'date-time' })
  creationTime: string | null = null;

  @ApiProperty({ ...text, format: 'date-time' })
  lastModifiedTime: string | null = null;

  @ApiProperty({ ...text, description: 'Opens the item at the provider.' })
  url: string | null = null;

  @ApiProperty({ type: [String] })
  children: string[] = [];

  @ApiProperty(text)
  mimeType: string | null = null;

  @ApiProperty(text)
  delta: string | null = null;

  @ApiProperty({
    ...text,
    description: "The container in which the provider's ids are unique; `null` where they are unique in the account.",
  })
  driveId: string | null = null;

  @ApiProperty({ type: Boolean, description: 'False for what is archived, deleted or in the trash.' })
  visibility = true;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: "What people want to see or filter by, under the provider's own names.",
    example: { email: 'ada@example.com', company: 'Analytical Engines' },
  })
  properties: Record<string, unknown> = {};

  /** Fields that are not given keep their defaults. */
  static of(given: Pick<IntegrationItem, 'id' | 'type'> & Partial<IntegrationItem>): IntegrationItem {
    return Object.assign(new IntegrationItem(), given);
  }
}
