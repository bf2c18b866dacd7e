export { isObject, readArray, readObject, readString, optional, type JsonObject } from './json-readers.js';
export { failureOf, retryAfterMs, type Classify, type Failure } from './failure.js';
export { HttpClient } from './http-client.js';
export type {
  HttpResponse as HttpAnswer,
  StreamedResponse as OpenAnswer,
  StreamedRequest as OpenRequest,
} from './http-message.js';
export type { RateLimit as Budget, Requester as Share } from './rate-limit.js';
export { RateLimiter as Budgets } from './rate-limiter.js';
export type {
  UpstreamRequest as Call,
  RequestOptions as Errand,
  UpstreamStreamRequest as OpenCall,
  RequestObserver as Watch,
} from './upstream-request.js';
export { UpstreamClient as UpstreamCaller } from './upstream-client.js';
export { UpstreamError, type FailureReason } from './upstream-error.js';
