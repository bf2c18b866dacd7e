import { allPages } from '../integration.contract.js';
import { NotionIntegration } from './notion.integration.js';
import { propertyValues } from './notion.property-values.js';

const text = (...runs: string[]) => runs.map((run) => ({ type: 'text', plain_text: run }));

/** Of a page with one property of that kind and value. */
const valueOf = (type: string, value: unknown) =>
  propertyValues({ Column: { id: 'c', type, [type]: value } })['Column'];

describe('the values of Notion properties', () => {
  it.each<[kind: string, given: unknown, expected: unknown]>([
    ['title', text('North ', 'pier'), 'North pier'],
    ['rich_text', text('a'), 'a'],
    ['rich_text', [], null],
    ['number', 0, 0],
    ['checkbox', false, false],
    ['url', 'https://a.example', 'https://a.example'],
    ['email', 'a@example.com', 'a@example.com'],
    ['phone_number', '+49 30 1', '+49 30 1'],
    ['created_time', '2026-05-02T08:00:00.000Z', '2026-05-02T08:00:00.000Z'],
    ['last_edited_time', '2026-05-02T08:00:00.000Z', '2026-05-02T08:00:00.000Z'],
    ['last_visited_time', '2026-05-02T08:00:00.000Z', '2026-05-02T08:00:00.000Z'],
    ['select', { id: '1', name: 'Open' }, 'Open'],
    ['select', null, null],
    ['status', { id: '1', name: 'Done' }, 'Done'],
    ['multi_select', [{ name: 'a' }, { name: 'b' }], ['a', 'b']],
    ['created_by', { object: 'user', id: 'u-1', name: 'Ann' }, 'Ann'],
    ['last_edited_by', { object: 'user', id: 'u-1' }, 'u-1'],
    [
      'people',
      [
        { object: 'user', id: 'u-1' },
        { object: 'group', id: 'g-1', name: 'Crew' },
      ],
      ['u-1', 'Crew'],
    ],
    ['relation', [{ id: 'r-1' }, { id: 'r-2' }], ['r-1', 'r-2']],
    ['date', { start: '2026-08-01', end: null, time_zone: null }, '2026-08-01'],
    ['date', { start: '2026-08-01', end: '2026-08-05', time_zone: null }, '2026-08-01/2026-08-05'],
    [
      'date',
      { start: '2026-08-01T10:00:00.000', end: null, time_zone: 'Europe/Berlin' },
      '2026-08-01T10:00:00.000[Europe/Berlin]',
    ],
    ['date', null, null],
    ['unique_id', { prefix: 'TASK', number: 7 }, 'TASK-7'],
    ['unique_id', { prefix: null, number: 7 }, 7],
    ['unique_id', { prefix: 'TASK', number: null }, null],
    ['formula', { type: 'string', string: 's' }, 's'],
    ['formula', { type: 'number', number: 9 }, 9],
    ['formula', { type: 'boolean', boolean: true }, true],
    ['formula', { type: 'date', date: { start: '2026-08-01', end: null } }, '2026-08-01'],
    ['formula', { type: 'unsupported', unsupported: {} }, { values: [], hasMore: true }],
    ['rollup', { type: 'number', number: 8.5, function: 'sum' }, 8.5],
    [
      'rollup',
      { type: 'date', date: { start: '2026-08-01', end: '2026-08-05' }, function: 'date_range' },
      '2026-08-01/2026-08-05',
    ],
    ['rollup', { type: 'unsupported', unsupported: {}, function: 'show_unique' }, { values: [], hasMore: true }],
    ['rollup', { type: 'incomplete', incomplete: {}, function: 'sum' }, { values: [], hasMore: true }],
    ['button', {}, null],
    [
      'place',
      { lat: 53.5, lon: 9.9, name: 'Old crane', address: 'Pier 4' },
      { name: 'Old crane', address: 'Pier 4', lat: 53.5, lon: 9.9 },
    ],
    ['place', null, null],
    [
      'verification',
      { state: 'unverified', verified_by: null, date: null },
      { state: 'unverified', verified_by: null, date: null },
    ],
    ['a_kind_of_next_year', 'new', 'new'],
  ])('has %s %j as %j', (kind, given, expected) => {
    expect(valueOf(kind, given)).toEqual(expected);
  });

  it('names files, and links those that Notion does not keep', () => {
    const files = [
      {
        name: 'plan.pdf',
        type: 'file',
        file: { url: 'https://files.example/1', expiry_time: '2026-05-03T10:30:00.000Z' },
      },
      { name: 'Pier', type: 'external', external: { url: 'https://img.example/pier.png' } },
    ];
    expect(valueOf('files', files)).toEqual([
      { name: 'plan.pdf', url: null },
      { name: 'Pier', url: 'https://img.example/pier.png' },
    ]);
  });

  it('has a verification with who and until when', () => {
    const verification = {
      state: 'verified',
      verified_by: { object: 'user', id: 'u-5' },
      date: { start: '2026-01-01', end: '2026-02-01' },
    };
    expect(valueOf('verification', verification)).toEqual({
      state: 'verified',
      verified_by: 'u-5',
      date: '2026-01-01/2026-02-01',
    });
  });

  it('has a rollup of a list as a flat list of the values of its entries', () => {
    const entries = [
      { type: 'number', number: 3 },
      { type: 'title', title: text('North ', 'pier') },
      { type: 'people', people: [{ id: 'u-1', name: 'Ann' }, { id: 'u-2' }] },
      { type: 'formula', formula: { type: 'boolean', boolean: true } },
    ];
    expect(valueOf('rollup', { type: 'array', array: entries })).toEqual([3, 'North pier', 'Ann', 'u-2', true]);
  });

  const nonsense = [undefined, null, 'text', 7, true, [], {}, [null], [7], [[]], { type: 'array' }, { type: 7 }];
  const kinds =
    'title rich_text number select multi_select status people relation files date formula rollup unique_id place verification';

  it.each(kinds.split(' '))('reads a page whose %s is of any other type', async (kind) => {
    const values = nonsense.map((value, at) => [`c${at}`, { id: 'c', type: kind, [kind]: value }] as const);
    const page = { id: 'p1', properties: { ...Object.fromEntries(values), a: null, b: 'text', c: { type: null } } };
    const { items, missing } = await allPages(
      new NotionIntegration(),
      { type: 'page' },
      {
        'POST /v1/search': { results: [page], has_more: false },
      },
    );
    expect(missing).toEqual([]);
    expect(Object.keys(items[0]?.properties ?? {})).toEqual([
      ...values.map(([name]) => name),
      'a',
      'b',
      'c',
      'parentType',
    ]);
  });
});
