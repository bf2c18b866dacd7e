import { IsWholeNumber } from './environment-rules.js';

const MB = 1024 * 1024;

/** What one tenant can hold at a time, or ask for in a minute. */
export interface TenantLimits {
  /** Authorizations that were started and have not ended. */
  attemptsPerUser: number;
  attemptsPerOrganization: number;
  loadsPerUser: number;
  loadsPerOrganization: number;
  pagedLoadsPerUser: number;
  pagedLoadsPerOrganization: number;
  /** Bytes of providers' responses that all streamed loads of this process hold together. */
  loadMemoryBytes: number;
  proxiedPerOrganization: number;
  uploadMaxMs: number;
  uploadBytesPerSecond: number;
  eventStreams: number;
  eventStreamsPerCredential: number;
  eventStreamsPerOrganization: number;
  refreshesPerMinute: number;
  syncsPerOrganization: number;
}

const Limit = (min = 1): PropertyDecorator =>
  IsWholeNumber(min, 1_000_000, `has to be a whole number from ${min} to 1000000`);

/** The variables that begin with `LIMIT_`, with their defaults. */
export class LimitsEnvironment {
  @Limit()
  ATTEMPTS_PER_USER = 20;

  @Limit()
  ATTEMPTS_PER_ORG = 500;

  @Limit()
  LOADS_PER_USER = 8;

  @Limit()
  LOADS_PER_ORG = 32;

  @Limit()
  PAGED_LOADS_PER_USER = 64;

  @Limit()
  PAGED_LOADS_PER_ORG = 96;

  /** At least two of the largest responses: a load of such pages would never go on. */
  @Limit(64)
  LOAD_MEMORY_MB = 96;

  @Limit()
  PROXIED_PER_ORG = 32;

  @Limit()
  UPLOAD_SECONDS = 3_600;

  @Limit(0)
  UPLOAD_BYTES_PER_SECOND = 1_024;

  @Limit()
  EVENT_STREAMS = 1_000;

  @Limit()
  EVENT_STREAMS_PER_CREDENTIAL = 20;

  @Limit()
  EVENT_STREAMS_PER_ORG = 100;

  @Limit()
  REFRESHES_PER_MINUTE = 60;

  @Limit()
  SYNCS_PER_ORG = 1_000;

  toLimits(): TenantLimits {
    return {
      attemptsPerUser: this.ATTEMPTS_PER_USER,
      attemptsPerOrganization: this.ATTEMPTS_PER_ORG,
      loadsPerUser: this.LOADS_PER_USER,
      loadsPerOrganization: this.LOADS_PER_ORG,
      pagedLoadsPerUser: this.PAGED_LOADS_PER_USER,
      pagedLoadsPerOrganization: this.PAGED_LOADS_PER_ORG,
      loadMemoryBytes: this.LOAD_MEMORY_MB * MB,
      proxiedPerOrganization: this.PROXIED_PER_ORG,
      uploadMaxMs: this.UPLOAD_SECONDS * 1000,
      uploadBytesPerSecond: this.UPLOAD_BYTES_PER_SECOND,
      eventStreams: this.EVENT_STREAMS,
      eventStreamsPerCredential: this.EVENT_STREAMS_PER_CREDENTIAL,
      eventStreamsPerOrganization: this.EVENT_STREAMS_PER_ORG,
      refreshesPerMinute: this.REFRESHES_PER_MINUTE,
      syncsPerOrganization: this.SYNCS_PER_ORG,
    };
  }
}
