/** Members of an index that is read in descending order and begins with what is due first. */

/** So that a later time makes a smaller member. */
const END_OF_TIME = 10_000_000_000_000;
const DIGITS = 13;

/** @param at milliseconds since the epoch */
export function dueMember(id: string, at: number): string {
  return `${String(END_OF_TIME - at).padStart(DIGITS, '0')}.${id}`;
}

export function isDue(member: string, now: number): boolean {
  return END_OF_TIME - Number(member.slice(0, DIGITS)) <= now;
}

export function idOfDue(member: string): string {
  return member.slice(DIGITS + 1);
}
