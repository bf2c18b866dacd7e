/** Wide enough for all slots of a scenario to be acquired within one period. */
export const LONG_PERIOD_MS = 60_000;

interface AcquireStep {
  process: string;
  /** `tenant`, number of calls and `job` (`job` by default) of each waiter. */
  waiting: [tenant: string, calls: number, job?: string][];
  limit: number;
  /** How many periods ahead slots may be assigned. */
  periodsAhead: number;
  /** `tenant/job@period` of each slot, in order; the period is counted from the first slot of the scenario. */
  slots: string[];
}

/** The fair order of slots: every implementation of `acquireSlots` has to pass it. */
export const FAIR_ORDER: { name: string; steps: AcquireStep[] }[] = [
  {
    name: 'shares the slots of a period evenly among tenants',
    steps: [
      {
        process: 'one',
        waiting: [
          ['a', 2],
          ['b', 2],
        ],
        limit: 3,
        periodsAhead: 0,
        slots: ['a/job@0', 'b/job@0', 'a/job@0'],
      },
    ],
  },
  {
    name: 'assigns slots of later periods in the same order',
    steps: [
      {
        process: 'one',
        waiting: [
          ['a', 3],
          ['b', 2],
        ],
        limit: 2,
        periodsAhead: 2,
        slots: ['a/job@0', 'b/job@0', 'a/job@1', 'b/job@1', 'a/job@2'],
      },
    ],
  },
  {
    name: 'starts a tenant that comes later level with the others',
    steps: [
      { process: 'one', waiting: [['a', 9]], limit: 4, periodsAhead: 0, slots: Array<string>(4).fill('a/job@0') },
      {
        process: 'one',
        waiting: [
          ['a', 5],
          ['b', 9],
        ],
        limit: 12,
        periodsAhead: 0,
        slots: [...'bbababab'].map((tenant) => `${tenant}/job@0`),
      },
    ],
  },
  {
    name: 'prefers the job of a tenant that was served least',
    steps: [
      {
        process: 'one',
        waiting: [['a', 9, 'load']],
        limit: 3,
        periodsAhead: 0,
        slots: Array<string>(3).fill('a/load@0'),
      },
      {
        process: 'one',
        waiting: [
          ['a', 6, 'load'],
          ['a', 1, 'read'],
          ['a', 1, 'other'],
        ],
        limit: 7,
        periodsAhead: 0,
        slots: ['a/read@0', 'a/other@0', 'a/load@0', 'a/load@0'],
      },
    ],
  },
  {
    name: 'gives the background job of a tenant a slot after four of another job, and all that no other wants',
    steps: [
      { process: 'one', waiting: [['a', 20, '~']], limit: 3, periodsAhead: 0, slots: Array<string>(3).fill('a/~@0') },
      {
        process: 'two',
        waiting: [['a', 6, 'load']],
        limit: 7,
        periodsAhead: 0,
        slots: Array<string>(4).fill('a/load@0'),
      },
      { process: 'two', waiting: [['a', 2, 'load']], limit: 13, periodsAhead: 0, slots: ['a/load@0', 'a/load@0'] },
      { process: 'one', waiting: [['a', 20, '~']], limit: 13, periodsAhead: 0, slots: Array<string>(4).fill('a/~@0') },
    ],
  },
  {
    name: 'gives a tenant with more jobs no more slots',
    steps: [
      {
        process: 'one',
        waiting: [
          ['a', 1, '1'],
          ['a', 1, '2'],
          ['a', 1, '3'],
          ['b', 9],
        ],
        limit: 6,
        periodsAhead: 0,
        slots: ['a/1@0', 'b/job@0', 'a/2@0', 'b/job@0', 'a/3@0', 'b/job@0'],
      },
    ],
  },
  {
    name: 'keeps the slots of another process until it asks',
    steps: [
      { process: 'one', waiting: [['x', 4]], limit: 4, periodsAhead: 0, slots: Array<string>(4).fill('x/job@0') },
      { process: 'two', waiting: [['b', 3]], limit: 4, periodsAhead: 0, slots: [] },
      { process: 'one', waiting: [['a', 3]], limit: 4, periodsAhead: 1, slots: ['a/job@1', 'a/job@1'] },
      // It does not know yet that two of its three calls have a slot.
      { process: 'two', waiting: [['b', 3]], limit: 4, periodsAhead: 0, slots: ['b/job@1', 'b/job@1'] },
    ],
  },
  {
    name: 'keeps no slot for a process that no longer waits',
    steps: [
      { process: 'one', waiting: [['x', 2]], limit: 2, periodsAhead: 0, slots: ['x/job@0', 'x/job@0'] },
      { process: 'two', waiting: [['b', 3]], limit: 2, periodsAhead: 0, slots: [] },
      { process: 'two', waiting: [], limit: 2, periodsAhead: 0, slots: [] },
      { process: 'one', waiting: [['a', 2]], limit: 2, periodsAhead: 1, slots: ['a/job@1', 'a/job@1'] },
    ],
  },
];
