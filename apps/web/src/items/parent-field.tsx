import { TextField } from '@mui/material';
import type { ProblemDetails } from '@causeway/client';
import { PLAIN_TEXT } from '../layout/draft-field.js';
import { texts } from '../texts.js';

export const parentErrorOf = ({ errors = [] }: ProblemDetails): string | undefined =>
  errors.find(({ pointer }) => /^[/?]parent$/.test(pointer))?.detail;

interface ParentFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** For item types that are listed by parent. Focused when it has an error. */
export function ParentField({ value, onChange, error }: ParentFieldProps) {
  const { parent, parentError, parentHint } = texts.items;
  return (
    <TextField
      size="small"
      label={parent}
      value={value}
      onChange={(event) => onChange(event.target.value.trim())}
      error={error !== undefined}
      helperText={error === undefined ? parentHint : `${parentError(error)} ${parentHint}`}
      autoFocus={error !== undefined}
      slotProps={{ htmlInput: PLAIN_TEXT }}
      sx={{ flex: '1 1 240px', maxWidth: 640 }}
    />
  );
}
