import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import {
  UpstreamError,
  isObject,
  optional,
  readArray,
  readObject,
  readString,
  type Classify,
} from '@causeway/http-client';
import {
  Integration,
  type IntegrationItem,
  type AccountContext,
  type AccountIdentity,
  type ProviderApi,
} from '../integration.js';
import { readPage, type Page, type PageRequest } from '../page.js';
import { notion } from './notion.definition.js';
import { dataSourceToItem, pageToItem } from './notion.mapper.js';

const MAX_PAGE_SIZE = 100;
const SEARCH_OBJECTS: Record<string, string> = { page: 'page', 'data-source': 'data_source' };

@Injectable()
export class NotionIntegration extends Integration {
  readonly definition = notion;
  readonly classify = classify;

  async identify({ response }: Grant): Promise<AccountIdentity> {
    const id = readString(response['workspace_id'], 'workspace_id');
    const bot = optional.string(response['bot_id']) ?? '';
    const name = optional.string(response['workspace_name']) ?? 'Notion workspace';
    return { account: { id, name, url: null }, key: `${id}:${bot}` };
  }

  async probe(api: ProviderApi): Promise<void> {
    const { body } = await api.read({ path: '/v1/users/me' });
    readString(readObject(body, 'user')['id'], 'id');
  }

  async fetchPage(
    { type, position, limit, changedSince }: PageRequest,
    { api, account }: AccountContext,
  ): Promise<Page> {
    const { body } = await api.read({
      method: 'POST',
      path: '/v1/search',
      json: {
        filter: { property: 'object', value: SEARCH_OBJECTS[type] },
        // Oldest edit first: what is edited during the scan moves to its end and is seen again, instead of slipping past. Changes are
        // read from the other end; what is edited during that scan is a change since its start, for the next one.
        sort: { timestamp: 'last_edited_time', direction: changedSince === null ? 'ascending' : 'descending' },
        page_size: Math.min(limit, MAX_PAGE_SIZE),
        start_cursor: position ?? undefined,
      },
    });
    const list = readObject(body, 'list');
    const toItem = type === 'page' ? pageToItem : dataSourceToItem;
    const hasMore = list['has_more'] === true;
    const page = readPage(
      readArray(list['results'], 'results'),
      (result) => toItem(result, account),
      () => (hasMore ? readString(list['next_cursor'], 'next_cursor') : null),
    );
    if (changedSince !== null && page.items.some(isBefore(changedSince))) {
      return { ...page, nextPosition: null, cut: undefined };
    }
    const status = optional.object(list['request_status']);
    if (hasMore || status['type'] !== 'incomplete') return page;
    const note = `It gives no more of this list (${optional.string(status['incomplete_reason']) ?? 'incomplete'}).`;
    return { ...page, cut: new UpstreamError('rejected', { note }) };
  }
}

function isBefore(time: number): (item: IntegrationItem) => boolean {
  return ({ lastModifiedTime }) => lastModifiedTime !== null && Date.parse(lastModifiedTime) < time;
}

/** https://developers.notion.com/reference/status-codes */
const classify: Classify = ({ status, body }) => {
  if (status < 400 || !isObject(body)) return undefined;
  const code = optional.string(body['code']) ?? undefined;
  const details = optional.object(body['additional_data']);
  if (status === 429 || status === 529) {
    const isBlocked = details['rate_limit_reason'] === 'public_api_request_blocked';
    const seconds = Number(details['retry_after']);
    const retryAfterMs = Number.isFinite(seconds) && !isBlocked ? seconds * 1000 : undefined;
    return { reason: isBlocked ? 'quota-exhausted' : 'rate-limited', code, retryAfterMs };
  }
  if (status === 409) return { reason: 'unavailable', code };
  const isCursor = code === 'validation_error' && String(body['message']).includes('start_cursor');
  return status === 400 && isCursor ? { reason: 'cursor-expired', code } : { code };
};
