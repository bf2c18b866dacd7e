import type { StoreWarning } from '../store-fault.js';
import { COMMAND_TIMEOUT_MS, withTimeout } from './timeout.js';

type Send = (args: string[]) => Promise<unknown>;

/** Of `maxmemory`. */
const NEARLY_FULL = 0.9;
const MAX_LAG_SECONDS = 10;

const EVICTION = (policy: string) =>
  `Redis evicts records when its memory is full (maxmemory-policy ${policy}): connections would be lost. Set noeviction.`;
const WARNINGS = {
  'no-persistence':
    'Redis keeps nothing on a disk: all connections are lost when it restarts. Set appendonly yes, appendfsync always.',
  'snapshots-only':
    'Redis writes snapshots only: a crash loses the minutes since the last one, and with them single-use refresh tokens. Set appendonly yes, appendfsync always.',
  'fsync-everysec':
    'Redis writes to its disk once a second (appendfsync everysec): a crash of its machine loses up to a second or two, and connections that were refreshed in it have to be made again. Set appendfsync always.',
  'fsync-no':
    'Redis leaves it to its system when data is on the disk (appendfsync no): a crash of its machine loses about 30 seconds. Set appendfsync always.',
  'persistence-failing':
    'Redis could not write its data to its disk the last time: see its log, and whether the disk is full.',
  'memory-nearly-full': 'Redis uses more than 90 % of its maxmemory: beyond it, nothing can be written.',
  replica: 'This Redis is a replica and takes no writes: give the address of the master, or of the Sentinels.',
  'replica-lag': 'A replica of Redis is not in step: a fail-over to it would lose what it has not received.',
  'not-inspected':
    'The settings of Redis cannot be read (INFO and CONFIG GET): make sure of appendonly yes and maxmemory-policy noeviction.',
} as const;

/** Warnings of settings that an operator may want. The others are of states that pass. */
export const OF_SETTINGS: readonly string[] = [
  'eviction',
  'no-persistence',
  'snapshots-only',
  'fsync-everysec',
  'fsync-no',
  'not-inspected',
];

/** What endangers the data on any of the nodes, each once. Managed services may forbid CONFIG, or both commands. */
export async function inspect(nodes: readonly Send[]): Promise<StoreWarning[]> {
  const found = new Map((await Promise.all(nodes.map(inspectNode))).flat().map((warning) => [warning.name, warning]));
  return [...found.values()];
}

async function inspectNode(send: Send): Promise<StoreWarning[]> {
  const [info, save, fsync] = await Promise.all([
    readInfo(send),
    readSetting(send, 'save'),
    readSetting(send, 'appendfsync'),
  ]);
  if (info === null) return [warning('not-inspected')];
  const { maxmemory_policy: policy = '', role } = info;
  const [limit, used] = [Number(info['maxmemory'] ?? 0), Number(info['used_memory'] ?? 0)];
  return [
    ...(limit > 0 && policy !== '' && policy !== 'noeviction' ? [{ name: 'eviction', detail: EVICTION(policy) }] : []),
    ...(limit > 0 && used > NEARLY_FULL * limit ? [warning('memory-nearly-full')] : []),
    ...persistenceWarnings(info['aof_enabled'] === '1', save, fsync),
    ...(info['rdb_last_bgsave_status'] === 'err' || info['aof_last_write_status'] === 'err'
      ? [warning('persistence-failing')]
      : []),
    ...(role === 'slave' ? [warning('replica')] : []),
    ...(Object.entries(info).some(([name, value]) => /^slave\d+$/.test(name) && isLate(value))
      ? [warning('replica-lag')]
      : []),
  ];
}

function persistenceWarnings(isAppendOnly: boolean, save: string | null, fsync: string | null): StoreWarning[] {
  if (isAppendOnly) {
    if (fsync === null) return [warning('not-inspected')];
    return fsync === 'everysec' || fsync === 'no' ? [warning(`fsync-${fsync}`)] : [];
  }
  if (save === null) return [warning('not-inspected')];
  return [warning(save === '' ? 'no-persistence' : 'snapshots-only')];
}

/** `ip=10.0.0.2,port=6379,state=online,offset=42,lag=0` */
function isLate(replica: string): boolean {
  const { state, lag } = Object.fromEntries(replica.split(',').map((part) => part.split('=') as [string, string]));
  return state !== 'online' || Number(lag) > MAX_LAG_SECONDS;
}

function warning(name: keyof typeof WARNINGS): StoreWarning {
  return { name, detail: WARNINGS[name] };
}

async function readInfo(send: Send): Promise<Record<string, string> | null> {
  const text = await reply(send, ['INFO']);
  if (typeof text !== 'string') return null;
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

async function readSetting(send: Send, name: string): Promise<string | null> {
  const pair = await reply(send, ['CONFIG', 'GET', name]);
  return Array.isArray(pair) && typeof pair[1] === 'string' ? pair[1] : null;
}

/** A node that does not answer is the business of those who use it. */
function reply(send: Send, args: string[]): Promise<unknown> {
  return withTimeout(COMMAND_TIMEOUT_MS, send(args)).catch(() => null);
}
