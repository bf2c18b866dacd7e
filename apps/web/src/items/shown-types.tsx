import { Box, Chip } from '@mui/material';
import { changePlace } from '../place/place.js';
import { texts } from '../texts.js';
import type { LoadedItems } from './load/loaded-items.js';
import type { Look } from './use-look.js';

/** Which of the loaded types are shown, with how many there are; where there is one only, there is nothing to choose. */
export function ShownTypes({ items, look: { types } }: { items: LoadedItems; look: Look }) {
  const counts = [...items.countsByType].filter(([, count]) => count > 0);
  if (counts.length < 2 && types.length === 0) return null;
  const toggle = (type: string) => {
    const next = types.includes(type) ? types.filter((one) => one !== type) : [...types, type];
    changePlace({ show: next.join() }, 'push');
  };
  return (
    <Box role="group" aria-label={texts.items.show} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      <Choice label={texts.items.showAll} count={items.rows.length} chosen={types.length === 0} onChoose={showAll} />
      {counts.map(([type, count]) => (
        <Choice key={type} label={type} count={count} chosen={types.includes(type)} onChoose={() => toggle(type)} />
      ))}
    </Box>
  );
}

const showAll = () => changePlace({ show: null }, 'push');

interface ChoiceProps {
  label: string;
  count: number;
  chosen: boolean;
  onChoose: () => void;
}

function Choice({ label, count, chosen, onChoose }: ChoiceProps) {
  return (
    <Chip
      component="button"
      aria-pressed={chosen}
      label={`${label} ${count.toLocaleString()}`}
      color={chosen ? 'primary' : 'default'}
      variant={chosen ? 'filled' : 'outlined'}
      onClick={onChoose}
      sx={{ fontVariantNumeric: 'tabular-nums' }}
    />
  );
}
