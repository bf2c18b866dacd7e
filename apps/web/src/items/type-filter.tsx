import { Box, Chip } from '@mui/material';
import type { IntegrationDetails } from '@causeway/client';
import { setPageParams } from '../routing/search-params.js';
import { texts } from '../texts.js';
import type { LoadedItems } from './load/loaded-items.js';

interface TypeFilterProps {
  items: LoadedItems;
  types: IntegrationDetails['itemTypeDetails'];
  /** Empty: the default ones. */
  selected: string[];
}

/** Selects the item types that are shown, which loads those that are not there. */
export function TypeFilter({ items, types, selected }: TypeFilterProps) {
  if (types.length < 2) return null;
  const select = (next: string[]) => setPageParams({ types: next.join(), column: [], item: null });
  const chip = (label: string, count: number, isSelected: boolean, onClick: () => void) => (
    <Chip
      key={label}
      size="small"
      component="button"
      aria-pressed={isSelected}
      label={count > 0 ? `${label} ${count.toLocaleString()}` : label}
      color={isSelected ? 'primary' : 'default'}
      variant={isSelected ? 'filled' : 'outlined'}
      onClick={onClick}
      sx={{ fontVariantNumeric: 'tabular-nums', minHeight: 28 }}
    />
  );
  const defaults = types.every(({ byDefault }) => byDefault) ? texts.items.allTypes : texts.items.defaultTypes;
  return (
    <Box role="group" aria-label={texts.items.types} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75 }}>
      {chip(defaults, 0, selected.length === 0, () => select([]))}
      {types.map(({ type, pluralLabel }) => {
        const isSelected = selected.includes(type);
        const next = isSelected ? selected.filter((other) => other !== type) : [...selected, type];
        return chip(pluralLabel, items.countsByType.get(type) ?? 0, isSelected, () => select(next));
      })}
    </Box>
  );
}
