import { texts } from '../texts.js';

/** For cells that a phone has no room for; the details show what is in them. */
export const wide = { display: { xs: 'none', md: 'table-cell' } };

interface Column {
  label: string;
  /** The label is for screen readers only. */
  quiet?: boolean;
  sx?: object;
}

export const columns: Column[] = [
  { label: texts.items.details(''), quiet: true },
  { label: texts.items.name },
  { label: texts.items.type },
  { label: texts.items.in, sx: wide },
  { label: texts.items.modified, sx: wide },
  { label: texts.items.link, quiet: true },
];
