export { isObject, readArray, readObject, readString, optional, type JsonObject } from './answer.js';
export { failureOf, retryAfterMs, type Classify, type Failure } from './failure.js';
export { HttpClient, type HttpAnswer, type HttpRequest, type OpenAnswer, type OpenRequest } from './http-client.js';
export type { Budget, Share } from './budget.js';
export { Budgets } from './budgets.js';
export type { Call, Errand, OpenCall, Watch } from './call.js';
export { UpstreamCaller } from './caller.js';
export { UpstreamError, type FailureReason } from './upstream-error.js';
