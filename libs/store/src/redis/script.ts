import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Redis runs a script as one atomic step. */
export interface Script {
  source: string;
  sha1: string;
}

/** @param names files of `lua/`, which the bundle carries beside itself; those before the last are its includes */
export function loadScript(...names: string[]): Script {
  const source = names.map((name) => readFileSync(new URL(`lua/${name}.lua`, import.meta.url), 'utf8')).join('');
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}
