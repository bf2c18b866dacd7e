import { type MockResponse, json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { iso, WORLD_END } from '../data/timestamps.js';
import { recordsOf } from './requested-records.js';

type Stages = readonly [id: string, label: string][];
type Pipelines = readonly [id: string, label: string, stages: Stages][];

/** By the path of the object type. */
const PIPELINES: Record<string, Pipelines> = {
  deals: [
    [
      'default',
      'Sales pipeline',
      [
        ['appointmentscheduled', 'Appointment scheduled'],
        ['contractsent', 'Contract sent'],
        ['closedwon', 'Closed won'],
        ['closedlost', 'Closed lost'],
      ],
    ],
  ],
  tickets: [
    [
      '0',
      'Support',
      [
        ['1', 'New'],
        ['2', 'Waiting on customer'],
        ['3', 'Waiting on us'],
        ['4', 'Closed'],
      ],
    ],
  ],
  boats: [
    [
      'voyages',
      'Voyages',
      [
        ['moored', 'Moored'],
        ['at-sea', 'At sea'],
      ],
    ],
  ],
};

const DATES = { createdAt: iso(WORLD_END - 1e10), updatedAt: iso(WORLD_END - 1e9), archived: false };

/** GET /crm/pipelines/{version}/{type}: without pages. */
export function listPipelines(request: MockRequest, session: AuthorizedSession): MockResponse {
  const { type } = recordsOf(request, session);
  const results = (PIPELINES[type.name] ?? []).map(([id, label, stages], displayOrder) => ({
    id,
    label,
    displayOrder,
    ...DATES,
    stages: stages.map(([stageId, stageLabel], order) => ({
      id: stageId,
      label: stageLabel,
      displayOrder: order,
      metadata: { isClosed: String(order > 1) },
      writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
      ...DATES,
    })),
  }));
  return json(200, { results });
}
