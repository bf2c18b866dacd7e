import type { ChangeEvent } from 'react';
import {
  Box,
  Checkbox,
  FormControl,
  FormControlLabel,
  FormGroup,
  FormHelperText,
  FormLabel,
  MenuItem,
  TextField,
} from '@mui/material';
import { PLAIN_TEXT } from '../../layout/draft-field.js';
import type { Scope } from '../queries.js';
import { texts } from '../texts.js';
import type { KeyFormErrors, KeyFormValues } from './key-form-values.js';

interface KeyFormProps {
  values: KeyFormValues;
  errors: KeyFormErrors;
  /** Whether the maker's own key has to be entered. */
  asksForOwnKey: boolean;
  onChange: (changes: Partial<KeyFormValues>) => void;
}

const labels = texts.keys.form;
const SCOPES = Object.entries(texts.keys.scopes) as [Scope, string][];
const PERIODS = Object.entries(texts.keys.periods) as [KeyFormValues['period'], string][];

export function KeyForm({ values, errors, asksForOwnKey, onChange }: KeyFormProps) {
  const toggle = (scope: Scope) => {
    const { scopes } = values;
    onChange({ scopes: scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope] });
  };
  const field = (name: 'name' | 'orgs' | 'date' | 'ownKey', hint?: string) => ({
    label: labels[name],
    value: values[name],
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange({ [name]: target.value }),
    error: errors[name] !== undefined,
    helperText: errors[name] ?? hint,
  });
  return (
    <>
      <TextField
        {...field('name', labels.nameHint)}
        autoFocus
        required
        slotProps={{ htmlInput: { maxLength: 128, autoComplete: 'off' } }}
      />
      <FormControl component="fieldset" error={errors.scopes !== undefined} required>
        <FormLabel component="legend">{labels.scopes}</FormLabel>
        <FormGroup>
          {SCOPES.map(([scope, meaning]) => (
            <FormControlLabel
              key={scope}
              sx={{ alignItems: 'flex-start', '& .MuiFormControlLabel-label': { pt: 1 } }}
              control={<Checkbox size="small" checked={values.scopes.includes(scope)} onChange={() => toggle(scope)} />}
              label={
                <Box component="span" sx={{ typography: 'body2' }}>
                  <code>{scope}</code>: {meaning}
                </Box>
              }
            />
          ))}
        </FormGroup>
        <FormHelperText role="alert">{errors.scopes}</FormHelperText>
      </FormControl>
      <TextField {...field('orgs', labels.orgsHint)} slotProps={{ htmlInput: PLAIN_TEXT }} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr' }}>
        <TextField
          select
          label={labels.expires}
          value={values.period}
          onChange={({ target }) => onChange({ period: target.value as KeyFormValues['period'] })}
        >
          {PERIODS.map(([period, name]) => (
            <MenuItem key={period} value={period}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        {values.period === 'date' && (
          <TextField {...field('date')} type="date" slotProps={{ inputLabel: { shrink: true } }} />
        )}
      </Box>
      {asksForOwnKey && (
        <TextField
          {...field('ownKey', labels.ownKeyHint)}
          type="password"
          required
          slotProps={{ htmlInput: { autoComplete: 'off' } }}
        />
      )}
    </>
  );
}
