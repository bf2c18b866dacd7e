import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { problem } from './errors.js';

/** The whole set that the API names when it is sent a wrong one. */
const VERSIONS = ['2021-05-11', '2021-05-13', '2021-08-16', '2022-02-22', '2022-06-28', '2025-09-03', '2026-03-11'];

/** `database`: before data sources; `archived`: before `in_trash` became the one name. */
export interface Dialect {
  dataSources: boolean;
  archived: boolean;
}

export function dialectOf(request: MockRequest): Dialect {
  const version = request.headers['notion-version'] ?? '';
  return { dataSources: version >= '2025-09-03', archived: version < '2026-03-11' };
}

export function checkVersion(request: MockRequest): MockResponse | undefined {
  const version = request.headers['notion-version'];
  if (version !== undefined && VERSIONS.includes(version)) return undefined;
  const wanted = version === undefined ? 'defined' : VERSIONS.map((known) => `"${known}"`).join(', ');
  const message = `Notion-Version header failed validation: Notion-Version header should be ${wanted}, instead was \`${version}\`.`;
  return problem(400, 'missing_version', message);
}
