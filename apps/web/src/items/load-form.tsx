import { useId, type SyntheticEvent } from 'react';
import { Box, Button, ToggleButton } from '@mui/material';
import type { Integration } from '@causeway/client';
import { Hint } from '../layout/hint.js';
import { texts } from '../texts.js';
import type { ItemLoad, LoadRequest } from './load/item-load.js';
import { ParentField } from './parent-field.js';

interface LoadFormProps {
  integration: Integration;
  load: ItemLoad;
  request: LoadRequest;
  onChange: (request: LoadRequest) => void;
  parentError: string | undefined;
  showsParent: boolean;
  disabled: boolean;
}

export function LoadForm(props: LoadFormProps) {
  const { integration, load, request, onChange, parentError, showsParent, disabled } = props;
  const typesLabel = useId();
  const isFirst = load.state.phase === 'idle';
  const selected = new Set(request.types);
  const toggle = (type: string) => {
    const types = integration.itemTypes.filter((other) => selected.has(other) !== (other === type));
    onChange({ ...request, types });
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    load.load(request);
  };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={submit}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'flex-end', justifyContent: 'space-between' }}
    >
      <Box>
        <Hint id={typesLabel} sx={{ mb: 0.75 }}>
          {texts.items.types}
        </Hint>
        <Box role="group" aria-labelledby={typesLabel} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          {integration.itemTypes.map((type) => (
            <ToggleButton
              key={type}
              size="small"
              color="primary"
              value={type}
              selected={selected.has(type)}
              onChange={() => toggle(type)}
              sx={{ textTransform: 'none', px: 1.5, py: 0.5 }}
            >
              {type}
            </ToggleButton>
          ))}
        </Box>
      </Box>
      {showsParent && (
        <ParentField
          // A new error mounts the field again, which focuses it.
          key={parentError ?? ''}
          value={request.parent}
          onChange={(parent) => onChange({ ...request, parent })}
          error={parentError}
        />
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, ml: 'auto' }}>
        {load.canRefresh && (
          <Button variant="outlined" title={texts.items.refreshHint} onClick={() => load.refresh()} disabled={disabled}>
            {texts.items.refresh}
          </Button>
        )}
        {load.canContinue && (
          <Button variant="contained" onClick={() => load.continue()} disabled={disabled}>
            {texts.items.continue}
          </Button>
        )}
        {/* The keys make them two elements: a Stop button that turned into the submit button while pressed would submit the form. */}
        {load.state.phase === 'loading' ? (
          <Button key="stop" variant="contained" color="inherit" onClick={() => load.stop()}>
            {texts.items.stop}
          </Button>
        ) : (
          <Button key="load" type="submit" variant={isFirst ? 'contained' : 'outlined'} disabled={disabled}>
            {isFirst ? texts.items.load : texts.items.reload}
          </Button>
        )}
      </Box>
    </Box>
  );
}
