import { type MockResponse, json, ErrorResponse } from '../core/response.js';

/** Codes of developers.notion.com/reference/status-codes. */
export type NotionCode =
  | 'invalid_json'
  | 'invalid_request_url'
  | 'invalid_request'
  | 'invalid_grant'
  | 'validation_error'
  | 'missing_version'
  | 'unauthorized'
  | 'restricted_resource'
  | 'object_not_found'
  | 'rate_limited'
  | 'internal_server_error'
  | 'bad_gateway'
  | 'service_unavailable'
  | 'gateway_timeout'
  | 'service_overload';

export const problem = (
  status: number,
  code: NotionCode,
  message: string,
  more: { additional_data?: Record<string, string>; headers?: Record<string, string> } = {},
): MockResponse => {
  const extra = more.additional_data ? { additional_data: more.additional_data } : {};
  return json(status, { object: 'error', status, code, message, ...extra }, more.headers);
};

export const invalid = (message: string): ErrorResponse => new ErrorResponse(problem(400, 'validation_error', message));

export const notFound = (what: string, id: string): ErrorResponse =>
  new ErrorResponse(
    problem(
      404,
      'object_not_found',
      `Could not find ${what} with ID: ${id}. Make sure the relevant pages and databases are shared with your integration.`,
      { additional_data: { integration_id: '00000000-0000-8000-a000-00000000c0de' } },
    ),
  );

export const restricted = (): ErrorResponse =>
  new ErrorResponse(problem(403, 'restricted_resource', 'Insufficient permissions for this endpoint.'));

const SERVER_CODES: Record<number, NotionCode> = {
  502: 'bad_gateway',
  503: 'service_unavailable',
  504: 'gateway_timeout',
  529: 'service_overload',
};

export const serverError = (status: number): MockResponse =>
  problem(status, SERVER_CODES[status] ?? 'internal_server_error', 'Notion encountered an unexpected error.');
