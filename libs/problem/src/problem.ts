import { PROBLEMS, type ProblemSlug } from './catalogue.js';

/** An invalid input field: `pointer` is a JSON Pointer into the body, or `?name` for a query parameter. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** Extension members of the problem. No others leave the service. */
export interface ProblemDetails {
  errors?: FieldError[];
  /** Seconds until the same request may succeed; also sent as the `Retry-After` header. */
  retryAfter?: number;
  /** The provider's own short error code, e.g. `invalid_grant`. Never its body. */
  providerCode?: string | undefined;
  connectionId?: string;
}

/** `application/problem+json`, RFC 9457. */
export interface ProblemBody extends ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  slug: ProblemSlug;
  instance?: string;
  /** Also in the `X-Request-Id` header and in log lines. */
  requestId?: string;
}

const CODE = /^[A-Za-z]+([_.-][A-Za-z]+)*$/;

/** Only words count as an error code: anything else in its place may repeat a secret that the provider was sent. */
export function isProviderCode(text: string): boolean {
  return text.length <= 64 && CODE.test(text);
}

/** `detail` is a sentence for people, with the next step if there is one. It must not hold a secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly details: ProblemDetails;

  constructor(
    readonly slug: ProblemSlug,
    readonly detail: string,
    details: { [Name in keyof ProblemDetails]?: ProblemDetails[Name] | undefined } = {},
    options?: { cause?: unknown },
  ) {
    super(`${slug}: ${detail}`, options);
    const { providerCode, ...others } = details;
    const known = { ...others, providerCode: isProviderCode(providerCode ?? '') ? providerCode : undefined };
    this.details = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  }

  get status(): number {
    return PROBLEMS[this.slug].status;
  }

  toBody(instance?: string): ProblemBody {
    return {
      type: `urn:causeway:problem:${this.slug}`,
      title: PROBLEMS[this.slug].title,
      status: this.status,
      detail: this.detail,
      slug: this.slug,
      ...(instance === undefined ? {} : { instance }),
      ...this.details,
    };
  }
}
