export { failureOf, reasonOfStatus, type Classify, type Failure } from './classify.js';
export { HttpClient } from './http-client.js';
export type { ExchangeObserver, HttpRequest, HttpResponse, StreamedRequest, StreamedResponse } from './http-message.js';
export { isObject, optional, readArray, readObject, readString, type JsonObject } from './json-readers.js';
export { peekBody } from './peek-body.js';
export { parseSeconds, retryAfterOf } from './retry-after.js';
export { UpstreamClient } from './upstream-client.js';
export { UpstreamError, type FailureReason } from './upstream-error.js';
export type { RequestObserver, RequestOptions, UpstreamRequest, UpstreamStreamRequest } from './upstream-request.js';
