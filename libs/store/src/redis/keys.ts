import type { Ref } from '../key-value-store.js';

/** What a key holds. Kinds never share a key, so a command never meets a value of another type. */
export type Kind = 'value' | 'index' | 'log' | 'lease' | 'budget' | 'pause' | 'queue';

/**
 * `causeway:{partition}:kind:name`. Redis Cluster hashes what is between the first `{` and the next `}`, or the whole key if that is
 * empty: a partition with a brace, or an empty one, would lose its slot or use the keys of another.
 */
export function redisKey(partition: string, kind: Kind, name: string): string {
  return `causeway:{${hashTag(partition)}}:${kind}:${name}`;
}

/** A channel needs no hash tag: the nodes of a cluster forward messages to each other. */
export function redisChannel(topic: string): string {
  return `causeway:topic:${topic}`;
}

/** Matches every key of this kind. */
export function keysOfKind(kind: Kind): string {
  return `causeway:{*}:${kind}:*`;
}

/** @returns `null` for what is no key of this kind */
export function refOfKey(kind: Kind, key: string): Ref | null {
  const [, tag, of, name] = /^causeway:\{([^}]*)\}:(\w+):(.*)$/s.exec(key) ?? [];
  if (tag === undefined || name === undefined || of !== kind) return null;
  return { partition: tag === '%' ? '' : tag.replaceAll('%7D', '}').replaceAll('%25', '%'), key: name };
}

function hashTag(partition: string): string {
  if (partition === '') return '%';
  return /[%}]/.test(partition) ? partition.replaceAll('%', '%25').replaceAll('}', '%7D') : partition;
}
