import { PROBLEMS, type ProblemSlug } from './catalogue.js';

/** One fault in the input: `pointer` is a JSON Pointer into the body, or `?name` for a query parameter. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** What may be said beside the sentence. Only these members ever leave the service. */
export interface ProblemDetails {
  errors?: FieldError[];
  /** Seconds until the same call may work; also sent as the `Retry-After` header. */
  retryAfter?: number;
  /** The provider's own short error code, e.g. `invalid_grant`. Never its body. */
  providerCode?: string;
  /** The connection that the problem is about, where there is one. */
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
}

/** Words. A provider that puts something else where its code should be may be repeating what it was sent. */
const CODE = /^[A-Za-z]+([_.-][A-Za-z]+)*$/;

/** A provider may put anything where its documentation has a short code: only words are one. */
export function isProviderCode(text: string): boolean {
  return text.length <= 64 && CODE.test(text);
}

/** The one error class of the service. `detail` is a sentence for people, with a next step where there is one; it holds no secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly details: ProblemDetails;

  constructor(
    readonly slug: ProblemSlug,
    readonly detail: string,
    details: ProblemDetails = {},
    options?: { cause?: unknown },
  ) {
    super(`${slug}: ${detail}`, options);
    const { providerCode, ...others } = details;
    this.details = providerCode !== undefined && isProviderCode(providerCode) ? details : others;
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
