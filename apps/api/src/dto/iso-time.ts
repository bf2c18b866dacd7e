/** Times are milliseconds inside and ISO 8601 in UTC outside. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
