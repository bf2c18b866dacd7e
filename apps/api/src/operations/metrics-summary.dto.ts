import { ApiProperty } from '@nestjs/swagger';

export const FAILURE_SOURCES = ['connects', 'loads', 'refreshes', 'providerCalls'] as const;
export type FailureSource = (typeof FAILURE_SOURCES)[number];

export class FailureCountDto {
  @ApiProperty({ enum: FAILURE_SOURCES, enumName: 'FailureSource' })
  source!: FailureSource;

  @ApiProperty({ example: 'rate-limited', description: 'The `outcome` label of the metric.' })
  reason!: string;

  @ApiProperty({ type: 'integer' })
  count!: number;
}

export class SourceCountDto {
  @ApiProperty({ type: 'integer' })
  count!: number;

  @ApiProperty({ type: 'integer', description: 'Those of `count` with another outcome than success.' })
  failed!: number;
}

export class IntegrationSummaryDto implements Record<FailureSource, SourceCountDto> {
  @ApiProperty()
  integration!: string;

  @ApiProperty()
  connects!: SourceCountDto;

  @ApiProperty()
  loads!: SourceCountDto;

  @ApiProperty()
  refreshes!: SourceCountDto;

  @ApiProperty()
  providerCalls!: SourceCountDto;

  @ApiProperty({ description: 'Seconds that its provider calls took together, with their waits and retries.' })
  providerCallSeconds!: number;
}

/** Counts and seconds are totals since this process, or its workers, started. */
export class MetricsSummaryDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ format: 'date-time', description: 'When the process, or the last of its workers, started.' })
  since!: string;

  @ApiProperty({
    type: 'integer',
    description: 'Processes that are counted: this one, or all WORKERS of this machine. Other replicas are not.',
  })
  processes!: number;

  @ApiProperty({ type: 'integer', description: 'Authorizations that came back from a provider.' })
  connects!: number;

  @ApiProperty({ type: 'integer', description: 'Streamed loads that ended.' })
  loads!: number;

  @ApiProperty({ type: 'integer', description: 'Refresh requests.' })
  refreshes!: number;

  @ApiProperty({ type: 'integer', description: "Calls to providers' APIs." })
  providerCalls!: number;

  @ApiProperty({ description: 'Seconds that all provider calls took together, with their waits and retries.' })
  providerCallSeconds!: number;

  @ApiProperty({ type: 'integer', description: 'Requests to this service.' })
  requests!: number;

  @ApiProperty({ description: 'Seconds that all requests took together.' })
  requestSeconds!: number;

  @ApiProperty({ type: 'integer', description: 'Resident memory of the process, or of all workers.' })
  memoryBytes!: number;

  @ApiProperty({ type: 'integer', description: 'JavaScript heap in use.' })
  heapBytes!: number;

  @ApiProperty({ type: [IntegrationSummaryDto], description: 'Those of which anything was counted.' })
  integrations!: IntegrationSummaryDto[];

  @ApiProperty({ type: [FailureCountDto], description: 'The most frequent first.' })
  failures!: FailureCountDto[];
}
