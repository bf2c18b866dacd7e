export { isObject, readArray, readObject, readString, optional, type JsonObject } from './json-readers.js';
export { failureOf, retryAfterMs, type Classify, type Failure } from './failure.js';
export { HttpClient } from './http-client.js';
export type { HttpResponse, StreamedResponse, StreamedRequest } from './http-message.js';
export type { UpstreamRequest, RequestOptions, UpstreamStreamRequest, RequestObserver } from './upstream-request.js';
export { UpstreamClient } from './upstream-client.js';
export { UpstreamError, type FailureReason } from './upstream-error.js';
