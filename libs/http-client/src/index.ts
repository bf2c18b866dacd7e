export { isObject, readArray, readObject, readString, optional, type JsonObject } from './json-readers.js';
export { failureOf, retryAfterMs, type Classify, type Failure } from './failure.js';
export { HttpClient } from './http-client.js';
export type { HttpAnswer, OpenAnswer, OpenRequest } from './http-message.js';
export type { Budget, Share } from './rate-limit.js';
export { Budgets } from './rate-limiter.js';
export type { Call, Errand, OpenCall, Watch } from './upstream-request.js';
export { UpstreamCaller } from './upstream-client.js';
export { UpstreamError, type FailureReason } from './upstream-error.js';
