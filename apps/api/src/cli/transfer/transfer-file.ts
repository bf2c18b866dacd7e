import type { TransferredConnection } from '../../connections/connection-transfer.js';
import type { TransferredSync } from '../../syncs/sync-transfer.js';
import { CommandError } from '../command.js';
import type { Opener } from '../copies/age.js';
import { linesOf } from '../copies/lines.js';

const FORMAT = 'causeway-export';
const VERSION = 1;

/** Versions without syncs read the connection only, and left the syncs out when they wrote. */
export interface TransferLine {
  connection: TransferredConnection;
  syncs?: TransferredSync[];
}

type Parsed = { format?: string; version?: number } & Partial<TransferLine> & { end?: { connections: number } };

export function headerLine(): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, createdAt: new Date().toISOString() })}\n`;
}

export function endLine(connections: number): string {
  return `${JSON.stringify({ end: { connections } })}\n`;
}

/** @throws CommandError for a file that is no whole export */
export async function verifyTransfer(file: string, opener: Opener): Promise<void> {
  let connections = 0;
  let isFirst = true;
  let end: number | null = null;
  for await (const { text } of linesOf(await opener.open(file))) {
    const parsed = parse(text);
    if (isFirst && (parsed.format !== FORMAT || parsed.version !== VERSION))
      throw new CommandError('this is no export of this version of Causeway. Nothing was changed.');
    isFirst = false;
    if (parsed.connection !== undefined) connections += 1;
    if (parsed.end !== undefined) end = parsed.end.connections;
  }
  if (end !== connections) throw new CommandError('the export is not complete. Nothing was changed.');
}

/** The connections of a file that was verified. */
export async function* readTransfer(file: string, opener: Opener): AsyncGenerator<TransferLine> {
  for await (const { text } of linesOf(await opener.open(file))) {
    const { connection, syncs } = parse(text);
    if (connection !== undefined) yield { connection, ...(syncs && { syncs }) };
  }
}

function parse(text: string): Parsed {
  try {
    return JSON.parse(text) as Parsed;
  } catch {
    throw new CommandError('this is no export of Causeway. Nothing was changed.');
  }
}
