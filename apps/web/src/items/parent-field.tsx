import type { Ref } from 'react';
import { TextField } from '@mui/material';
import { texts } from '../texts.js';

interface ParentFieldProps {
  value: string;
  onChange: (value: string) => void;
  fault: string | undefined;
  inputRef: Ref<HTMLInputElement>;
}

/** For types that live in another item. */
export function ParentField({ value, onChange, fault, inputRef }: ParentFieldProps) {
  const { parent, parentFault, parentHint } = texts.items;
  return (
    <TextField
      size="small"
      label={parent}
      value={value}
      onChange={(event) => onChange(event.target.value.trim())}
      error={fault !== undefined}
      helperText={fault === undefined ? parentHint : `${parentFault(fault)} ${parentHint}`}
      inputRef={inputRef}
      slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } }}
      sx={{ flex: '1 1 240px', maxWidth: 640 }}
    />
  );
}
