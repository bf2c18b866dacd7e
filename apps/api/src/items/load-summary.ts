import { UpstreamError } from '@causeway/http-client';
import { Problem, toProblem } from '@causeway/problem';
import type { AuthorizationWatch } from '../access/authorization-watch.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { isoTime } from '../dto/iso-time.js';
import type { ItemType } from '../integrations/integration-definition.js';
import type { ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { IncompleteListDto, LoadSummary } from './item.dto.js';
import type { ItemLoad } from '../loads/item-load.js';
import type { LoadCursor } from '../loads/load-cursor.js';
import type { Summary } from './load-stream.js';

/** Some providers find a change by search only moments later. */
const OVERLAP_MS = 60_000;

/** What a load goes on from. */
export interface LoadStart {
  configured: ConfiguredIntegration;
  record: ConnectionRecord;
  /** The integration's, and those that only this account has if one of them is loaded. */
  itemTypes: readonly ItemType[];
  cursor: LoadCursor;
}

export function summarize(
  { itemTypes, cursor: { types, parent, updatedSince, startedAt } }: LoadStart,
  load: ItemLoad,
  authorization: AuthorizationWatch,
): Summary {
  const loaded = itemTypes.filter(({ type }) => types.includes(type));
  const error = errorOfLoad(load, authorization.isLost);
  return {
    complete: error === undefined && load.remaining() === null,
    problem: error === undefined ? undefined : toProblem(error).toBody(),
    ...incompleteOf(load),
    changes:
      updatedSince === null
        ? undefined
        : Object.fromEntries(loaded.map(({ type, changes }) => [type, changes ? 'provider' : 'filtered'])),
    ...exhaustiveness(loaded, load, parent),
    nextUpdatedSince: isoTime(startedAt - OVERLAP_MS),
  };
}

/** Why something is missing in what was loaded; `undefined`: nothing is. */
export function errorOfLoad(load: ItemLoad, isAccessLost: boolean): unknown {
  return isAccessLost && load.failures.length > 0 ? accessLost() : load.error;
}

function accessLost(): Problem {
  return new Problem(
    'unauthenticated',
    'The key or session that began this load has ended. With another one it goes on from resumeCursor.',
  );
}

function exhaustiveness(
  loaded: readonly ItemType[],
  load: ItemLoad,
  parent: string | null,
): Pick<LoadSummary, 'exhaustive' | 'notExhaustive'> {
  const cut = new Set(load.incomplete().map(({ type }) => type));
  const reasons = loaded.flatMap(({ type, notExhaustive }): [string, string][] => {
    if (cut.has(type)) return [[type, 'A list was not read to its end: see "incomplete".']];
    const reason = notExhaustive?.(parent) ?? null;
    return reason === null ? [] : [[type, reason]];
  });
  const notExhaustive = Object.fromEntries(reasons);
  return {
    exhaustive: Object.fromEntries(loaded.map(({ type }) => [type, !(type in notExhaustive)])),
    notExhaustive: reasons.length === 0 ? undefined : notExhaustive,
  };
}

export function incompleteOf(load: ItemLoad): { incomplete?: IncompleteListDto[] } {
  const incomplete = load.incomplete().map(({ type, parentId, reason, context }) => ({
    type,
    parentId,
    problem: new UpstreamError(reason, context).toProblem().toBody(),
  }));
  return incomplete.length === 0 ? {} : { incomplete };
}
