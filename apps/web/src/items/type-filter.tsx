import { Box, Chip } from '@mui/material';
import { setPageParams } from '../routing/search-params.js';
import { texts } from '../texts.js';
import type { LoadedItems } from './load/loaded-items.js';

interface TypeFilterProps {
  items: LoadedItems;
  /** Empty: all. */
  selected: string[];
}

/** Selects the types that are shown, if more than one was loaded. */
export function TypeFilter({ items, selected }: TypeFilterProps) {
  const counts = [...items.countsByType].filter(([, count]) => count > 0);
  if (counts.length < 2 && selected.length === 0) return null;
  const show = (types: string[]) => setPageParams({ show: types.join() });
  const chip = (label: string, count: number, isSelected: boolean, onClick: () => void) => (
    <Chip
      key={label}
      component="button"
      aria-pressed={isSelected}
      label={`${label} ${count.toLocaleString()}`}
      color={isSelected ? 'primary' : 'default'}
      variant={isSelected ? 'filled' : 'outlined'}
      onClick={onClick}
      sx={{ fontVariantNumeric: 'tabular-nums' }}
    />
  );
  return (
    <Box role="group" aria-label={texts.items.show} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      {chip(texts.items.allTypes, items.rows.length, selected.length === 0, () => show([]))}
      {counts.map(([type, count]) => {
        const isSelected = selected.includes(type);
        const next = isSelected ? selected.filter((other) => other !== type) : [...selected, type];
        return chip(type, count, isSelected, () => show(next));
      })}
    </Box>
  );
}
