import type { Session } from '../core/stand-in.js';
import { pick } from '../data/hash.js';
import { iso, type Moments, scattered } from '../data/moments.js';
import type { ObjectType } from './object-types.js';

/** Ids grow with the index, with gaps, as real ones do; so an `after` cursor can be any number in between. */
const STRIDE = 37;

/** Records of one type in one portal. Index 0 to live − 1 are live, the ones after that archived. */
export class Records {
  readonly live: number;
  readonly archived: number;

  constructor(
    readonly session: Session,
    readonly type: ObjectType,
  ) {
    this.live = session.sizes[type.name] ?? 0;
    this.archived = Math.ceil(this.live / 50);
  }

  private get key(): string {
    return `${this.session.seed}/${this.type.name}`;
  }

  id = (index: number): number => this.type.firstId + index * STRIDE + pick(STRIDE, this.key, index);

  /** First index whose id is not below this one. */
  indexFrom(id: number): number {
    if (id <= this.type.firstId) return 0;
    const near = Math.floor((id - this.type.firstId) / STRIDE);
    return this.id(near) >= id ? near : near + 1;
  }

  find(id: string | undefined): number | undefined {
    const index = this.indexFrom(Number(id));
    return index < this.live + this.archived && String(this.id(index)) === id ? index : undefined;
  }

  moments = (index: number): Moments => scattered(this.key, index);

  /** One property as HubSpot keeps it: a string or null; undefined for a name it does not know. */
  property(index: number, name: string): string | null | undefined {
    if (name === 'hs_object_id') return String(this.id(index));
    if (name === 'createdate') return iso(this.moments(index).created);
    if (name === this.type.modified) return iso(this.moments(index).modified);
    return this.type.properties(this.session, index)[name];
  }

  record(index: number, asked: readonly string[]): Record<string, unknown> {
    const { created, modified } = this.moments(index);
    const archived = index >= this.live;
    const known: Record<string, string | null> = this.type.properties(this.session, index);
    // The answer carries these three whatever was asked for; unknown names are left out in silence.
    const always = {
      hs_object_id: String(this.id(index)),
      createdate: iso(created),
      [this.type.modified]: iso(modified),
    };
    const wanted = (asked.length > 0 ? asked : this.type.defaults).filter((name) => name in known);
    const chosen = Object.fromEntries(wanted.map((name) => [name, known[name] ?? null]));
    const properties = Object.fromEntries(
      Object.entries({ ...always, ...chosen }).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const id = String(this.id(index));
    return {
      id,
      properties,
      createdAt: iso(created),
      updatedAt: iso(modified),
      archived,
      ...(archived ? { archivedAt: iso(modified + 86_400_000) } : {}),
      url: `https://app.hubspot.com/contacts/${this.session.account.id}/record/${this.type.typeId}/${id}`,
    };
  }
}
