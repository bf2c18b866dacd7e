import { useEffect, useRef, type SyntheticEvent } from 'react';
import { Box, Button } from '@mui/material';
import type { Integration } from '#sdk';
import { texts } from '../texts.js';
import { ParentField } from './parent-field.js';
import { TypeFilter } from './type-filter.js';
import type { ItemsWish } from './use-items.js';

interface ItemsFormProps {
  integration: Integration;
  wish: ItemsWish;
  onWish: (wish: ItemsWish) => void;
  /** Absent: nothing was asked for that needs a parent. `turn` counts up whenever it is the parent's turn to be filled in. */
  parent: { fault: string | undefined; turn: number } | undefined;
  again: boolean;
  loading: boolean;
  disabled: boolean;
  onLoad: () => void;
}

export function ItemsForm({ integration, wish, onWish, parent, again, loading, disabled, onLoad }: ItemsFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const turn = parent?.turn ?? 0;
  useEffect(() => {
    if (turn > 0) field.current?.focus();
  }, [turn]);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onLoad();
  };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={submit}
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 2,
        alignItems: parent ? 'flex-start' : 'flex-end',
        justifyContent: 'space-between',
      }}
    >
      <Box sx={{ flexBasis: parent ? '100%' : 'auto' }}>
        <TypeFilter
          types={integration.itemTypes}
          chosen={wish.types}
          onChoose={(types) => onWish({ ...wish, types })}
        />
      </Box>
      {parent === undefined ? null : (
        <ParentField
          value={wish.parent}
          onChange={(value) => onWish({ ...wish, parent: value })}
          fault={parent.fault}
          inputRef={field}
        />
      )}
      <Button type="submit" variant="contained" loading={loading} disabled={disabled}>
        {again ? texts.items.reload : texts.items.load}
      </Button>
    </Box>
  );
}
