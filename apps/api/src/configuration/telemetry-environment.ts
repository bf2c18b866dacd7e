import { Transform } from 'class-transformer';
import { IsIn, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsEndpointUrl } from './environment-rules.js';

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'].flatMap((name) => [name, `parentbased_${name}`]);

/** Every OTLP/HTTP receiver takes both; JSON is what is sent. */
const PROTOCOLS = ['http/protobuf', 'http/json'];
const PROTOCOL_MESSAGE = {
  message: 'has to be http/protobuf or http/json: gRPC is not spoken, and the port of OTLP/HTTP is 4318 by default',
};
/** As W3C Baggage. */
const HEADERS = /^\s*[\w!#$%&'*+.^`|~-]+\s*=[^,]*(,\s*[\w!#$%&'*+.^`|~-]+\s*=[^,]*)*$/;

const asNumber = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : value,
);

/** What the service tells of itself. OpenTelemetry's SDK reads its other variables (`OTEL_*`) itself. */
export class TelemetryEnvironment {
  @IsOptional()
  @Matches(/^(on|off|[01]|0?\.\d+|1\.0+)$/, { message: 'has to be on, off, or a share from 0 to 1' })
  REQUEST_LOG?: string;

  @IsOptional()
  @Matches(/^[\w.-]{1,64}$/, { message: 'has to be the name of a commit' })
  CAUSEWAY_COMMIT?: string;

  @IsOptional()
  @IsEndpointUrl({ message: 'has to be the http or https URL of an OTLP/HTTP receiver, without user' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @IsOptional()
  @IsEndpointUrl({ message: 'has to be the http or https URL of an OTLP/HTTP receiver, without user' })
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;

  @IsOptional()
  @IsIn(PROTOCOLS, PROTOCOL_MESSAGE)
  OTEL_EXPORTER_OTLP_PROTOCOL?: string;

  @IsOptional()
  @IsIn(PROTOCOLS, PROTOCOL_MESSAGE)
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL?: string;

  @IsOptional()
  @Matches(HEADERS, { message: 'has to be a comma list of name=value' })
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  @IsOptional()
  @Matches(HEADERS, { message: 'has to be a comma list of name=value' })
  OTEL_EXPORTER_OTLP_TRACES_HEADERS?: string;

  @IsOptional()
  @IsIn(['otlp', 'none'], { message: 'has to be otlp or none' })
  OTEL_TRACES_EXPORTER?: string;

  @IsOptional()
  @Matches(/^(true|false)$/i, { message: 'has to be true or false' })
  OTEL_SDK_DISABLED?: string;

  @IsOptional()
  @IsIn(SAMPLERS, { message: `has to be one of ${SAMPLERS.join(', ')}` })
  OTEL_TRACES_SAMPLER?: string;

  @IsOptional()
  @asNumber
  @Min(0, { message: 'has to be a share from 0 to 1' })
  @Max(1, { message: 'has to be a share from 0 to 1' })
  OTEL_TRACES_SAMPLER_ARG?: number;

  /** The share of requests that are logged; `null`: not one. */
  requestLog(): number | null {
    const { REQUEST_LOG: share = 'on' } = this;
    return share === 'off' ? null : share === 'on' ? 1 : Number(share);
  }

  exportsTraces(): boolean {
    const endpoint = this.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? this.OTEL_EXPORTER_OTLP_ENDPOINT;
    const isOff = this.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || this.OTEL_TRACES_EXPORTER === 'none';
    return endpoint !== undefined && !isOff;
  }
}
