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

/** Counts and seconds are totals since this process, or its workers, started. */
export class MetricsSummaryDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

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

  @ApiProperty({ type: [FailureCountDto], description: 'The most frequent first.' })
  failures!: FailureCountDto[];
}
