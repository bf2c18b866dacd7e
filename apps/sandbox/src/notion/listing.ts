import { type MockResponse, json, ErrorResponse } from '../core/response.js';
import { queryParameter, type MockRequest } from '../core/request.js';
import { integer, text } from '../core/fields.js';
import type { Cut } from '../data/paging.js';
import { fromUuid, uuid } from '../data/ids.js';
import { invalid, problem } from './errors.js';
import type { Workspace } from './workspace.js';

/** start_cursor and page_size come in the body of a POST and in the query of a GET. */
const parameter = (request: MockRequest, name: string): unknown =>
  request.method === 'POST' ? request.body[name] : queryParameter(request, name);

/** Since 2021-08-16 what is not known is refused. */
export function checkBody({ body }: MockRequest, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalid(
    `body failed validation: body.${unknown} should be not present, instead was \`${JSON.stringify(body[unknown])}\`.`,
  );
}

export function pageSize(request: MockRequest): number {
  const size = integer(parameter(request, 'page_size')) ?? 100;
  const where = request.method === 'POST' ? 'body' : 'query';
  if (!(size >= 1)) throw invalid(`${where} failed validation: ${where}.page_size should be a positive number.`);
  if (size > 100)
    throw invalid(`${where} failed validation: ${where}.page_size should be ≤ \`100\`, instead was \`${size}\`.`);
  return size;
}

/** Cursors look like ids, as at Notion, and belong to one list of one workspace. */
const cursorKey = (request: MockRequest, workspace: Workspace) => `${workspace.seed}/cursor${request.path}`;

export const badCursor = (request: MockRequest): MockResponse =>
  problem(
    400,
    'validation_error',
    `The start_cursor provided is invalid: ${text(parameter(request, 'start_cursor')) ?? ''}`,
  );

export function startOf(request: MockRequest, workspace: Workspace): number {
  const given = parameter(request, 'start_cursor');
  if (given === undefined || given === null) return 0;
  const start = fromUuid(cursorKey(request, workspace), text(given) ?? '')?.[1];
  if (start === undefined) throw new ErrorResponse(badCursor(request));
  return start;
}

export interface Listing {
  type: 'page_or_data_source' | 'page_or_database' | 'user' | 'block' | 'property_item';
  results: object[];
  part: Cut;
  /** Rows beyond a query's limit exist. */
  limitReached?: boolean;
  /** In place of the empty object under the name of the type. */
  about?: object;
}

export function listing(
  request: MockRequest,
  workspace: Workspace,
  { type, results, part, limitReached, about = {} }: Listing,
): MockResponse {
  const incomplete = { type: 'incomplete', incomplete_reason: 'query_result_limit_reached' };
  const status = limitReached && part.next === undefined ? incomplete : { type: 'complete' };
  return json(200, {
    object: 'list',
    results,
    next_cursor: part.next === undefined ? null : uuid(cursorKey(request, workspace), 0, part.next),
    has_more: part.next !== undefined,
    type,
    [type]: about,
    ...(type.startsWith('page_or') ? { request_status: status } : {}),
  });
}
