/** A control request is invalid; the message is returned to the caller. */
export class ControlError extends Error {}

export function required<T>(value: T | undefined, expected: string): T {
  if (value === undefined) throw new ControlError(expected);
  return value;
}
