import { type MockResponse, json, ErrorResponse } from '../core/response.js';

/** Slack puts errors into a 200. */
export const failed = (error: string, more: object = {}): MockResponse => json(200, { ok: false, error, ...more });

export const fail = (error: string, more: object = {}): ErrorResponse => new ErrorResponse(failed(error, more));

export const ok = (body: object): MockResponse => json(200, { ok: true, ...body });

/** The two statuses besides 200 that mean something: this one, and 5xx. */
export const rateLimited = (seconds: number): MockResponse =>
  json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) });
