import { Injectable } from '@nestjs/common';
import type { IntegrationDefinition } from '#oauth';
import { Problem } from '#problem';
import { UpstreamError } from '#upstream';
import { ConnectionApi } from '../connections/connection-api.js';
import { needsReconnect } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { AuditTrail } from '../events/audit-trail.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import type { IntegrationItem } from '../integrations/integration.js';
import type { ItemPage, LoadDto } from './item.dto.js';
import { RecentItems } from './recent-items.js';
import { LoadCursors, type LoadState } from './load-cursor.js';

/** A page of ours ends after this many of the provider's, so that one call stays short; its cursor goes on from there. */
const MAX_PROVIDER_PAGES = 25;

@Injectable()
export class ItemsService {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    private readonly cursors: LoadCursors,
    private readonly trail: AuditTrail,
  ) {}

  /** One page of a connection's items, type after type. */
  async load(record: ConnectionRecord, request: LoadDto): Promise<ItemPage> {
    const { integration, definition } = this.registry.configured(record.integration);
    const state =
      request.cursor === undefined ? firstState(definition, request) : this.resume(record, request, request.cursor);
    if (record.problem !== null) throw needsReconnect(record);
    const api = this.api.ofConnection(record);
    const items: IntegrationItem[] = [];
    const given = new RecentItems(state.recent);
    let here: LoadState | null = state;
    for (let pages = 0; here !== null && items.length < request.limit && pages < MAX_PROVIDER_PAGES; pages += 1) {
      const type: string = here.types[here.at] ?? '';
      const room: number = request.limit - items.length;
      const page = await integration.page(api, record, {
        type,
        position: here.position,
        limit: room,
        parent: here.parent,
      });
      if (page.nextPosition !== null && page.nextPosition === here.position) {
        throw new UpstreamError('malformed', { note: 'It gave the same page cursor again.' });
      }
      const fresh = page.items.slice(here.skip);
      for (const item of fresh.slice(0, room)) {
        if (isSince(item, here.updatedSince) && given.isNew(item)) items.push(item);
      }
      here = fresh.length > room ? { ...here, skip: here.skip + room } : after(here, page.nextPosition);
    }
    await this.repository.touch(record.id, Date.now());
    if (request.cursor === undefined)
      await this.trail.note(record.id, { type: 'items-loaded', detail: state.types.join() });
    const nextCursor = here === null ? null : this.cursors.encode({ ...here, recent: given.marks() }, record.id);
    return { items, nextCursor };
  }

  private resume(record: ConnectionRecord, { types, parent, updatedSince }: LoadDto, cursor: string): LoadState {
    const state = this.cursors.decode(cursor, record.id);
    const same =
      (types === undefined || types.join() === state.types.join()) &&
      (parent === undefined || parent === state.parent) &&
      (updatedSince === undefined || updatedSince === state.updatedSince);
    if (same) return state;
    throw new Problem(
      'invalid-request',
      'This cursor belongs to a load of other types, another parent or another time.',
      {
        errors: [{ pointer: '/cursor', detail: 'does not go with the other parameters' }],
      },
    );
  }
}

/** @throws Problem `invalid-request` for types that the integration does not have, or that want a parent. */
function firstState({ itemTypes, name }: IntegrationDefinition, { types, parent, updatedSince }: LoadDto): LoadState {
  const known = itemTypes.map(({ type }) => type);
  const wanted =
    types === undefined || types.length === 0
      ? itemTypes.filter(({ byDefault }) => byDefault).map(({ type }) => type)
      : types;
  const unknown = wanted.filter((type) => !known.includes(type));
  if (unknown.length > 0) {
    throw new Problem('invalid-request', `${name} has the item types ${known.join(', ')}.`, {
      errors: [{ pointer: '/types', detail: `has to be out of ${known.join(', ')}` }],
    });
  }
  const orphan = itemTypes.find(
    ({ type, parent: kind }) => wanted.includes(type) && kind !== undefined && parent === undefined,
  );
  if (orphan !== undefined) {
    throw new Problem(
      'invalid-request',
      `To load the type ${orphan.type}, say in which ${orphan.parent} with "parent".`,
      {
        errors: [{ pointer: '/parent', detail: `has to be the id of a ${orphan.parent}` }],
      },
    );
  }
  return {
    types: [...new Set(wanted)],
    parent: parent ?? null,
    updatedSince: updatedSince ?? null,
    at: 0,
    position: null,
    skip: 0,
    recent: [],
  };
}

function after(state: LoadState, nextPosition: string | null): LoadState | null {
  if (nextPosition !== null) return { ...state, position: nextPosition, skip: 0 };
  const at = state.at + 1;
  return at < state.types.length ? { ...state, at, position: null, skip: 0 } : null;
}

/** What tells no time of change may have changed. */
function isSince({ lastModifiedTime }: IntegrationItem, since: string | null): boolean {
  return since === null || lastModifiedTime === null || Date.parse(lastModifiedTime) >= Date.parse(since);
}
