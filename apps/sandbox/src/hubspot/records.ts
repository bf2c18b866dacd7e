import type { AccountData } from '../core/account.js';
import { type EditList, FIRST_CREATED } from '../core/edits.js';
import { Members } from '../core/members.js';
import { pick } from '../data/hash.js';
import { iso, type Moments, scattered } from '../data/timestamps.js';
import type { ObjectType } from './object-types.js';
import { uiDomain } from './portals.js';

/** Ids grow with the index, with gaps, as real ones do; so an `after` cursor can be any number in between. */
const STRIDE = 37;

/** The properties of a portal with very many; see `customProperties`. */
const isSurvey = (name: string) => name.startsWith('survey_question_number_');

/** Records of one type in one portal. As computed, index 0 to live − 1 are live, the ones after that archived. */
export class Records {
  readonly live: number;
  readonly archived: number;
  readonly edits: EditList;

  constructor(
    readonly data: AccountData,
    readonly type: ObjectType,
  ) {
    this.live = data.sizes[type.name] ?? 0;
    this.archived = Math.ceil(this.live / 50);
    this.edits = data.edits.list(type.name);
  }

  private get key(): string {
    return `${this.data.seed}/${this.type.name}`;
  }

  /** What lists and searches find, by ascending id. */
  liveMembers(): Members {
    return new Members({
      from: 0,
      to: this.live,
      without: this.edits.indexes((edit, index) => index < this.live && (edit.deleted || edit.archived === true)),
      after: this.edits.indexes(
        (edit, index) => index >= this.live && !edit.deleted && !this.isArchived(index) && this.isKnown(index),
      ),
    });
  }

  /** What `archived=true` lists, by ascending id. */
  archivedMembers(): Members {
    const [from, to] = [this.live, this.live + this.archived];
    const archived = (wanted: (index: number) => boolean) =>
      this.edits.indexes((edit, index) => edit.archived === true && !edit.deleted && wanted(index));
    return new Members({
      before: archived((index) => index < from),
      from,
      to,
      without: this.edits.indexes(
        (edit, index) => index >= from && index < to && (edit.deleted || edit.archived === false),
      ),
      after: archived((index) => index >= FIRST_CREATED),
    });
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
    const isThere = this.edits.has(index, this.live + this.archived) && String(this.id(index)) === id;
    return isThere ? index : undefined;
  }

  private isKnown = (index: number): boolean => this.edits.knows(index, this.live + this.archived);

  moments(index: number): Moments {
    const moments = scattered(this.key, index);
    const edit = this.edits.of(index);
    return edit === undefined ? moments : { created: edit.created ?? moments.created, modified: edit.modified };
  }

  isArchived = (index: number): boolean =>
    this.edits.of(index)?.archived ?? (index >= this.live && index < FIRST_CREATED);

  /** One property as HubSpot keeps it: a string or null; null too for a name it does not know. */
  property(index: number, name: string): string | null {
    if (name === 'hs_object_id') return String(this.id(index));
    const time = this.time(index, name);
    const edited = this.edits.of(index)?.properties[name];
    if (edited !== undefined) return edited;
    return time === undefined ? (this.type.properties[name]?.(this.data, index) ?? null) : iso(time);
  }

  /** The two times of a record in milliseconds, for comparing; undefined for other properties. */
  time(index: number, name: string): number | undefined {
    if (name === 'createdate') return this.moments(index).created;
    return name === this.type.modified ? this.moments(index).modified : undefined;
  }

  /** `names` as `shown` gives them: once for a page, not once for each record. */
  record(index: number, names: readonly string[]): Record<string, unknown> {
    const { created, modified } = this.moments(index);
    const [id, createdAt, updatedAt] = [String(this.id(index)), iso(created), iso(modified)];
    const { properties: known, modified: modifiedName, typeId } = this.type;
    const properties: Record<string, string | null> = {};
    const edited = this.edits.of(index)?.properties ?? {};
    for (const name of names)
      properties[name] =
        edited[name] ?? (name in edited ? null : (known[name]?.(this.data, index) ?? (isSurvey(name) ? 'yes' : null)));
    properties['hs_object_id'] = id;
    properties['createdate'] = createdAt;
    properties[modifiedName] = updatedAt;
    const archived = this.isArchived(index);
    return {
      id,
      properties,
      createdAt,
      updatedAt,
      archived,
      ...(archived ? { archivedAt: iso(this.edits.of(index)?.archived ? modified : modified + 86_400_000) } : {}),
      url: `https://${uiDomain(this.data.account)}/contacts/${this.data.account.id}/record/${typeId}/${id}`,
    };
  }

  /** In the order of the alphabet. Three come whatever was asked for; unknown names are left out in silence. */
  shown(asked: readonly string[]): string[] {
    const { defaults, modified, properties } = this.type;
    const wanted = (asked.length > 0 ? asked : defaults).filter((name) => name in properties || isSurvey(name));
    return [...new Set([...wanted, 'hs_object_id', 'createdate', modified])].sort();
  }
}
