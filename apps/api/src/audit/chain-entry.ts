import { hash } from 'node:crypto';
import type { Actor } from '../access/actor.js';
import { isoTime } from '../dto/iso-time.js';
import type { AuditEvent, AuditEventType } from './audit-event.js';
import { canonicalJson, type Json } from './canonical-json.js';

const MAX_DETAIL_LENGTH = 300;

/** The `previousHash` of the first entry of all. */
export const NO_HASH = '0'.repeat(64);

/** An entry of the chain as the API shows it, without its hash. */
export type ChainEntry = {
  id: string;
  at: string;
  type: AuditEventType;
  actor: Pick<Actor, 'kind' | 'id'>;
  orgId: string | null;
  userId: string | null;
  connectionId: string | null;
  detail: string | null;
  previousHash: string;
};

/** Consecutive in a chain: an entry that was removed leaves a gap. */
export interface NumberedEntry {
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  entry: ChainEntry;
}

export function newEntry(number: number, at: number, event: AuditEvent, previousHash: string): NumberedEntry {
  const { type, actor, orgId = null, userId = null, connectionId = null, detail } = event;
  const { kind, id } = actor;
  return {
    number,
    at,
    entry: {
      id: `aud_${number}`,
      at: isoTime(at),
      type,
      actor: { kind, id },
      orgId,
      userId,
      connectionId,
      detail: detail?.slice(0, MAX_DETAIL_LENGTH).toWellFormed() ?? null,
      previousHash,
    },
  };
}

export function hashOf(previousHash: string, withoutHash: Json): string {
  return hash('sha256', `${previousHash}\n${canonicalJson(withoutHash)}`, 'hex');
}

export function hashOfEntry({ entry }: NumberedEntry): string {
  return hashOf(entry.previousHash, { ...entry, actor: { ...entry.actor } });
}

/** In the store. The hash is not: it is the `previousHash` of the next entry, or in the head of the chain. */
type Encoded = [
  number: number,
  at: number,
  type: AuditEventType,
  actorKind: Actor['kind'],
  actorId: string | null,
  orgId: string | null,
  userId: string | null,
  connectionId: string | null,
  detail: string | null,
  previousHash: string,
];

/** A list instead of an object, and the hash in base64url: half of the bytes. */
export function encodeEntry({ number, at, entry }: NumberedEntry): string {
  const { type, actor, orgId, userId, connectionId, detail, previousHash } = entry;
  const hash = Buffer.from(previousHash, 'hex').toString('base64url');
  const encoded: Encoded = [number, at, type, actor.kind, actor.id, orgId, userId, connectionId, detail, hash];
  return JSON.stringify(encoded);
}

/** @returns `null` for a text that `encodeEntry` did not write */
export function decodeEntry(text: string): NumberedEntry | null {
  try {
    const [number, at, type, kind, id, orgId, userId, connectionId, detail, hash] = JSON.parse(text) as Encoded;
    const previousHash = Buffer.from(hash, 'base64url').toString('hex');
    const decoded = newEntry(
      number,
      at,
      { type, actor: { kind, id }, orgId, userId, connectionId, detail },
      previousHash,
    );
    return encodeEntry(decoded) === text ? decoded : null;
  } catch {
    return null;
  }
}
