/** The value below which so many of a hundred are. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? 0);
}

/** Rows need not have the same columns. */
export function table(rows: readonly Record<string, string | number>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const width = (at: number) => Math.max(...cells.map((row) => (row[at] ?? '').length));
  return `\n${cells.map((row) => row.map((cell, at) => cell.padEnd(width(at))).join('  ')).join('\n')}\n`;
}
