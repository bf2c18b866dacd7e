import type { SyntheticEvent } from 'react';
import type { Integration } from '#sdk';
import { Box, Button, TextField } from '@mui/material';
import { texts } from '../texts.js';
import { TypeFilter } from './type-filter.js';
import type { ItemsWish } from './use-items.js';

interface ItemsFormProps {
  integration: Integration;
  wish: ItemsWish;
  onWish: (wish: ItemsWish) => void;
  /** What the service said about the parent; `undefined`: it wants none. */
  parentFault: string | undefined;
  again: boolean;
  loading: boolean;
  disabled: boolean;
  onLoad: () => void;
}

export function ItemsForm({
  integration,
  wish,
  onWish,
  parentFault,
  again,
  loading,
  disabled,
  onLoad,
}: ItemsFormProps) {
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onLoad();
  };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={submit}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'flex-end', justifyContent: 'space-between' }}
    >
      <TypeFilter types={integration.itemTypes} chosen={wish.types} onChoose={(types) => onWish({ ...wish, types })} />
      {parentFault === undefined && wish.parent === '' ? null : (
        <TextField
          size="small"
          label={texts.items.parent}
          value={wish.parent}
          onChange={(event) => onWish({ ...wish, parent: event.target.value.trim() })}
          error={parentFault !== undefined}
          helperText={parentFault ?? texts.items.parentHint}
          slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } }}
          sx={{ flex: '1 1 220px', maxWidth: 420 }}
        />
      )}
      <Button type="submit" variant="contained" loading={loading} disabled={disabled}>
        {again ? texts.items.reload : texts.items.load}
      </Button>
    </Box>
  );
}
