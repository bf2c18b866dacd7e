import type { Ref } from 'react';
import { Box, Breadcrumbs, Button, Chip, Link, Typography, type ButtonProps } from '@mui/material';
import type { IntegrationDetails } from '@causeway/client';
import type { ItemContainer, ItemLoad } from '@causeway/react';
import { setSearchParams } from '../routing/search-params.js';

interface ItemsHeaderProps {
  /** To focus the title when the focused element is removed. */
  titleRef: Ref<HTMLHeadingElement>;
  load: ItemLoad;
  types: IntegrationDetails['itemTypeDetails'];
  /** The types that are shown; empty: the default ones. */
  selected: string[];
  containers: readonly ItemContainer[];
  disabled: boolean;
  onLoad: () => void;
  /** @param depth how many containers remain open */
  onSelectContainer: (depth: number) => void;
}

/** What is shown, what was opened to get there, and the load. */
export function ItemsHeader({ titleRef, containers, onSelectContainer, ...props }: ItemsHeaderProps) {
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: 1, alignItems: 'center' }}>
        <Typography variant="h2" id="items-title" ref={titleRef} tabIndex={-1} sx={{ outline: 'none' }}>
          Items
        </Typography>
        {props.types.length > 1 && <TypeFilter {...props} />}
        <LoadActions {...props} />
      </Box>
      {containers.length > 0 && (
        <Breadcrumbs aria-label="Breadcrumbs" sx={{ fontSize: '0.875rem', minWidth: 0 }}>
          {containers.map((_, depth) => (
            <Link
              key={depth}
              component="button"
              type="button"
              variant="body2"
              dir="auto"
              onClick={() => onSelectContainer(depth)}
              sx={{ minHeight: 24, overflowWrap: 'anywhere' }}
            >
              {containers[depth - 1]?.name ?? 'All items'}
            </Link>
          ))}
          <Typography variant="body2" dir="auto" aria-current="true" noWrap sx={CURRENT}>
            {containers.at(-1)?.name}
          </Typography>
        </Breadcrumbs>
      )}
    </>
  );
}

const CURRENT = { fontWeight: 600, maxWidth: 'min(480px, 80vw)' };

/** On a phone a line of its own, which scrolls: the items are what the screen is for. */
const TYPES = {
  display: 'flex',
  gap: 0.75,
  flexWrap: { sm: 'wrap' },
  order: { xs: 1, sm: 0 },
  width: { xs: '100%', sm: 'auto' },
  overflowX: { xs: 'auto', sm: 'visible' },
  '& > *': { flexShrink: 0 },
  // So that the outline of a focused one is not cut.
  p: '5px',
  m: '-5px',
};

/** Selects the item types that are shown, which loads those that are not there. */
function TypeFilter({ load, types, selected }: Pick<ItemsHeaderProps, 'load' | 'types' | 'selected'>) {
  const select = (next: string[]) => setSearchParams({ types: next.join(), column: [], item: null });
  const chip = (label: string, count: number, isSelected: boolean, onClick: () => void, title?: string) => (
    <Chip
      key={label}
      title={title}
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
  const others = types.filter(({ byDefault }) => !byDefault).map(({ pluralLabel }) => pluralLabel);
  const [defaults, hint] =
    others.length > 0 ? ['Default types', `All but ${others.join(', ')}, which load when you select them`] : ['All'];
  return (
    <Box role="group" aria-label="Item types" sx={TYPES}>
      {chip(defaults, 0, selected.length === 0, () => select([]), hint)}
      {types.map(({ type, pluralLabel }) => {
        const isSelected = selected.includes(type);
        const next = isSelected ? selected.filter((other) => other !== type) : [...selected, type];
        return chip(pluralLabel, load.items.countsByType.get(type) ?? 0, isSelected, () => select(next));
      })}
    </Box>
  );
}

function LoadActions({ load, disabled, onLoad }: Pick<ItemsHeaderProps, 'load' | 'disabled' | 'onLoad'>) {
  const { state } = load;
  const rest = state.phase === 'stopped' && state.paused ? 'Load all' : 'Continue';
  const button = (label: string, onClick: () => void, more: ButtonProps) => (
    <Button size="small" disabled={disabled} onClick={onClick} children={label} {...more} />
  );
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, ml: 'auto' }}>
      {load.canGetChanges &&
        button('Get changes', () => load.getChanges(), { title: 'Loads only what has changed since the last load.' })}
      {load.canContinue && button(rest, () => load.continue(), { variant: 'contained' })}
      {state.phase === 'loading'
        ? button('Stop', () => load.stop(), { variant: 'contained', color: 'inherit', disabled: false })
        : state.phase === 'idle'
          ? button('Load items', onLoad, { variant: 'contained' })
          : button('Reload all', onLoad, { variant: 'text' })}
    </Box>
  );
}
