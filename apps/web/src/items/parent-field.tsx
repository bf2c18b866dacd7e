import { TextField } from '@mui/material';
import type { ProblemDetails } from '../api/service-problem.js';
import { texts } from '../texts.js';

/** What is wrong with the parent, as far as that is what is wrong. */
export const parentFaultOf = ({ errors = [] }: ProblemDetails): string | undefined =>
  errors.find(({ pointer }) => /^[/?]parent$/.test(pointer))?.detail;

interface ParentFieldProps {
  value: string;
  onChange: (value: string) => void;
  fault: string | undefined;
}

/** For types that live in another item. It takes the focus where it is what keeps a load from beginning. */
export function ParentField({ value, onChange, fault }: ParentFieldProps) {
  const { parent, parentFault, parentHint } = texts.items;
  return (
    <TextField
      size="small"
      label={parent}
      value={value}
      onChange={(event) => onChange(event.target.value.trim())}
      error={fault !== undefined}
      helperText={fault === undefined ? parentHint : `${parentFault(fault)} ${parentHint}`}
      autoFocus={fault !== undefined}
      slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } }}
      sx={{ flex: '1 1 240px', maxWidth: 640 }}
    />
  );
}
