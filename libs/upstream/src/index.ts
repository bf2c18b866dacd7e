export { isObject, readArray, readObject, readString, optional, type JsonObject } from './answer.js';
export { failureOf, retryAfterMs, type Classify, type Failure } from './failure.js';
export { HttpClient } from './http-client.js';
export type { HttpAnswer, OpenAnswer, OpenRequest } from './http-message.js';
export type { Budget, Share } from './budget.js';
export { Budgets } from './budgets.js';
export type { Call, Errand, OpenCall, Watch } from './call.js';
export { UpstreamCaller } from './caller.js';
export { UpstreamError, type FailureReason } from './upstream-error.js';
