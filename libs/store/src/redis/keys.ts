/** What a key holds. Kinds never share a key, so no operation can meet a value of another type. */
export type Kind = 'value' | 'index' | 'log' | 'lease' | 'budget' | 'pause' | 'turns';

/**
 * `causeway:{partition}:kind:name`. Redis Cluster hashes what stands between the first `{` and the next `}` and, where that is
 * empty, the whole key: a partition with a brace, or without a letter, would lose its slot or take another's keys.
 */
export function redisKey(partition: string, kind: Kind, name: string): string {
  return `causeway:{${tag(partition)}}:${kind}:${name}`;
}

/** A channel is no key: each node of a cluster passes on what any of them is told. */
export function redisChannel(topic: string): string {
  return `causeway:topic:${topic}`;
}

export const CACHE_PREFIX = 'causeway:cache:';

function tag(partition: string): string {
  if (partition === '') return '%';
  return /[%}]/.test(partition) ? partition.replaceAll('%', '%25').replaceAll('}', '%7D') : partition;
}
