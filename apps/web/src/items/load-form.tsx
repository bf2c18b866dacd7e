import { useId, type SyntheticEvent } from 'react';
import { Box, Button, ToggleButton, Typography } from '@mui/material';
import type { Integration } from '@causeway/client';
import { texts } from '../texts.js';
import type { ItemLoad, LoadWish } from './load/item-load.js';
import { ParentField } from './parent-field.js';

interface LoadFormProps {
  integration: Integration;
  load: ItemLoad;
  wish: LoadWish;
  onWish: (wish: LoadWish) => void;
  parentFault: string | undefined;
  /** A type wants a parent, or an item was named as one. */
  wantsParent: boolean;
  disabled: boolean;
}

/** What is to be loaded, and what can be done with a load just now. */
export function LoadForm({ integration, load, wish, onWish, parentFault, wantsParent, disabled }: LoadFormProps) {
  const loading = load.phase.phase === 'loading';
  const again = load.phase.phase !== 'idle';
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    load.load(wish);
  };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={submit}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'flex-end', justifyContent: 'space-between' }}
    >
      <Types types={integration.itemTypes} wish={wish} onWish={onWish} />
      {wantsParent ? (
        <ParentField
          // A new fault, or an item that was named: the field is there to be looked at.
          key={parentFault ?? ''}
          value={wish.parent}
          onChange={(parent) => onWish({ ...wish, parent })}
          fault={parentFault}
        />
      ) : null}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, ml: 'auto' }}>
        {load.mayRefresh ? (
          <Button variant="outlined" title={texts.items.refreshHint} onClick={() => load.refresh()} disabled={disabled}>
            {texts.items.refresh}
          </Button>
        ) : null}
        {load.mayContinue ? (
          <Button variant="contained" onClick={() => load.continue()} disabled={disabled}>
            {texts.items.continue}
          </Button>
        ) : null}
        {/* By their keys they are two elements: one that became the other in its own click would submit the form. */}
        {loading ? (
          <Button key="stop" variant="contained" color="inherit" onClick={() => load.stop()}>
            {texts.items.stop}
          </Button>
        ) : (
          <Button key="load" type="submit" variant={again ? 'outlined' : 'contained'} disabled={disabled}>
            {again ? texts.items.reload : texts.items.load}
          </Button>
        )}
      </Box>
    </Box>
  );
}

function Types({ types, wish, onWish }: { types: string[] } & Pick<LoadFormProps, 'wish' | 'onWish'>) {
  const label = useId();
  const toggle = (type: string) =>
    onWish({
      ...wish,
      types: types.filter((other) => (other === type ? !wish.types.includes(type) : wish.types.includes(other))),
    });
  return (
    <Box>
      <Typography id={label} variant="body2" sx={{ color: 'text.secondary', mb: 0.75 }}>
        {texts.items.types}. {texts.items.typesHint}
      </Typography>
      <Box role="group" aria-labelledby={label} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {types.map((type) => (
          <ToggleButton
            key={type}
            size="small"
            color="primary"
            value={type}
            selected={wish.types.includes(type)}
            onChange={() => toggle(type)}
            sx={{ textTransform: 'none', px: 1.5, py: 0.5 }}
          >
            {type}
          </ToggleButton>
        ))}
      </Box>
    </Box>
  );
}
