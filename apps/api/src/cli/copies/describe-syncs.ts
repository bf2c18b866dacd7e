import type { MadeSyncs } from '../../syncs/sync-definitions.js';

/** @param made `null`: there is no record store */
export function describeSyncs(made: MadeSyncs | null, count: number): string[] {
  if (made === null)
    return [`${count} syncs were left out: without DATABASE_URL there is no store for them beside Redis`];
  const lines = [`made ${made.made} syncs; each loads its items anew with its first run`];
  if (made.kept > 0) lines.push(`${made.kept} syncs were there already, and stay as they are`);
  if (made.withoutConnection > 0)
    lines.push(`${made.withoutConnection} syncs were left out: their connection is not there`);
  return lines;
}
