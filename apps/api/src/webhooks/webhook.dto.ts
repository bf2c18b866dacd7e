import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { isoTime } from '../dto/iso-time.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { IsTime } from '../dto/request-time.js';
import { BooleanFromText, ListFromText, NumberFromText } from '../dto/text-values.js';
import { MatchesExternalId } from '../dto/user.dto.js';
import { DELIVERY_STATUSES, type DeliveryRecord } from './deliveries.js';
import type { EndpointRecord } from './webhook-endpoints.js';
import { WEBHOOK_EVENTS, type WebhookEvent } from './webhook-event.js';

const MAX_URL = 2_048;
const EVENTS = { message: `has to be a list out of ${WEBHOOK_EVENTS.join(', ')}` };
const OVERLAP = { message: 'has to be a whole number of seconds from 0 to 604800' };

/** A parser of URLs would drop line ends and take blanks. */
function isWebhookUrl(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_URL || !/^https?:\/\/[\x21-\x7e]+$/i.test(value)) return false;
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}

const IsWebhookUrl = (): PropertyDecorator =>
  ValidateBy(
    { name: 'isWebhookUrl', validator: { validate: isWebhookUrl } },
    { message: `has to be an https URL of at most ${MAX_URL} characters, without user and password` },
  );

class EndpointSettings {
  @ApiPropertyOptional({
    enum: WEBHOOK_EVENTS,
    enumName: 'WebhookEvent',
    isArray: true,
    description: 'What it hears; all if not given.',
  })
  @MayBeAbsent()
  @ListFromText()
  @IsArray(EVENTS)
  @ArrayMinSize(1, EVENTS)
  @IsIn(WEBHOOK_EVENTS, { each: true, ...EVENTS })
  events?: WebhookEvent['type'][];

  @ApiPropertyOptional({
    type: [String],
    example: ['acme'],
    description: 'Organizations that it hears of; all of your credentials if not given.',
  })
  @MayBeAbsent()
  @ListFromText()
  @IsArray({ message: 'has to be a list' })
  @ArrayMinSize(1, { message: 'has to name at least one organization, or be left out' })
  @ArrayMaxSize(1000, { message: 'has to be at most 1000 organizations' })
  @MatchesExternalId({ each: true })
  orgIds?: string[];

  @ApiPropertyOptional({ maxLength: 1000 })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(1000, { message: 'has to be at most 1000 characters' })
  description?: string;
}

export class CreateEndpointDto extends EndpointSettings {
  @ApiProperty({ maxLength: MAX_URL, example: 'https://hooks.example.com/causeway' })
  @IsWebhookUrl()
  url!: string;
}

export class UpdateEndpointDto extends EndpointSettings {
  @ApiPropertyOptional({ maxLength: MAX_URL })
  @MayBeAbsent()
  @IsWebhookUrl()
  url?: string;

  @ApiPropertyOptional({ description: 'What happens meanwhile is kept, and sent by `recover`.' })
  @MayBeAbsent()
  @BooleanFromText()
  @IsBoolean({ message: 'has to be true or false' })
  disabled?: boolean;
}

export class RotateSecretDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 604_800,
    default: 86_400,
    description: 'For how long the old secret signs too.',
  })
  @MayBeAbsent()
  @NumberFromText()
  @IsInt(OVERLAP)
  @Min(0, OVERLAP)
  @Max(604_800, OVERLAP)
  overlapSeconds = 86_400;
}

export class RecoverDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'What was not delivered of this time and later.' })
  @IsTime()
  since!: Date;
}

export class DeliveryQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, enumName: 'DeliveryStatus' })
  @MayBeAbsent()
  @IsIn(DELIVERY_STATUSES, { message: `has to be one of ${DELIVERY_STATUSES.join(', ')}` })
  status?: (typeof DELIVERY_STATUSES)[number];
}

export class WebhookEndpointDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  url!: string;

  @ApiProperty({ enum: WEBHOOK_EVENTS, enumName: 'WebhookEvent', isArray: true })
  events!: string[];

  @ApiProperty({ type: [String], nullable: true, description: '`null`: all organizations.' })
  orgIds!: string[] | null;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ enum: ['active', 'failing', 'disabled'], enumName: 'WebhookEndpointStatus' })
  status!: 'active' | 'failing' | 'disabled';

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  static of({
    id,
    url,
    events,
    orgIds,
    description,
    disabled,
    failingSince,
    createdAt,
  }: EndpointRecord): WebhookEndpointDto {
    return {
      id,
      url,
      events: [...(events ?? WEBHOOK_EVENTS)],
      orgIds: orgIds && [...orgIds],
      description,
      status: disabled ? 'disabled' : failingSince === null ? 'active' : 'failing',
      createdAt: isoTime(createdAt),
    };
  }
}

export class SecretDto {
  @ApiProperty({ example: 'whsec_…', description: 'Shown only once.' })
  secret!: string;
}

export class CreatedEndpointDto extends WebhookEndpointDto {
  @ApiProperty({ example: 'whsec_…', description: 'Shown only once.' })
  secret!: string;
}

export class EndpointList {
  @ApiProperty({ type: [WebhookEndpointDto], description: 'Newest first.' })
  endpoints!: WebhookEndpointDto[];
}

class AttemptDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: '`null`: there was no response.' })
  status!: number | null;

  @ApiProperty({ type: 'integer' })
  durationMs!: number;

  @ApiProperty({ type: String, nullable: true })
  error!: string | null;
}

export class DeliveryDto {
  @ApiProperty({ description: 'The `webhook-id` of every attempt.' })
  id!: string;

  @ApiProperty({ example: 'connection.created' })
  event!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, enumName: 'DeliveryStatus' })
  status!: (typeof DELIVERY_STATUSES)[number];

  @ApiProperty({ type: [AttemptDto], description: 'Oldest first; at most the last 50.' })
  attempts!: AttemptDto[];

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  nextAttemptAt!: string | null;

  static of({ id, event, createdAt, status, attempts, dueAt }: DeliveryRecord): DeliveryDto {
    return {
      id,
      event,
      createdAt: isoTime(createdAt),
      status,
      attempts: attempts.map((attempt) => ({ ...attempt, at: isoTime(attempt.at) })),
      nextAttemptAt: dueAt === null ? null : isoTime(dueAt),
    };
  }
}

export class DeliveryPage {
  @ApiProperty({ type: [DeliveryDto], description: 'Newest first.' })
  deliveries!: DeliveryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;
}
