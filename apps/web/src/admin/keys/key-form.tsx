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
import { texts } from '../texts.js';
import type { Scope } from './use-keys.js';
import type { Faults, Wish } from './wish.js';

interface KeyFormProps {
  wish: Wish;
  faults: Faults;
  onChange: (change: Partial<Wish>) => void;
}

const words = texts.keys.form;
const SCOPES = Object.entries(texts.keys.scopes) as [Scope, string][];
const PERIODS = Object.entries(texts.keys.periods) as [Wish['period'], string][];

export function KeyForm({ wish, faults, onChange }: KeyFormProps) {
  const toggle = (scope: Scope) => {
    const { scopes } = wish;
    onChange({ scopes: scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope] });
  };
  return (
    <>
      <TextField
        label={words.name}
        value={wish.name}
        onChange={({ target }) => onChange({ name: target.value })}
        error={faults.name !== undefined}
        helperText={faults.name ?? words.nameHint}
        autoFocus
        required
        slotProps={{ htmlInput: { maxLength: 128, autoComplete: 'off' } }}
      />
      <FormControl component="fieldset" error={faults.scopes !== undefined} required>
        <FormLabel component="legend">{words.scopes}</FormLabel>
        <FormGroup>
          {SCOPES.map(([scope, meaning]) => (
            <FormControlLabel
              key={scope}
              sx={{ alignItems: 'flex-start', '& .MuiFormControlLabel-label': { pt: 1 } }}
              control={<Checkbox size="small" checked={wish.scopes.includes(scope)} onChange={() => toggle(scope)} />}
              label={
                <Box component="span" sx={{ typography: 'body2' }}>
                  <code>{scope}</code>: {meaning}
                </Box>
              }
            />
          ))}
        </FormGroup>
        <FormHelperText role="alert">{faults.scopes}</FormHelperText>
      </FormControl>
      <TextField
        label={words.orgs}
        value={wish.orgs}
        onChange={({ target }) => onChange({ orgs: target.value })}
        error={faults.orgs !== undefined}
        helperText={faults.orgs ?? words.orgsHint}
        slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } }}
      />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr' }}>
        <TextField
          select
          label={words.expires}
          value={wish.period}
          onChange={({ target }) => onChange({ period: target.value as Wish['period'] })}
        >
          {PERIODS.map(([period, name]) => (
            <MenuItem key={period} value={period}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        {wish.period === 'date' ? (
          <TextField
            type="date"
            label={words.date}
            value={wish.date}
            onChange={({ target }) => onChange({ date: target.value })}
            error={faults.date !== undefined}
            helperText={faults.date}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        ) : null}
      </Box>
    </>
  );
}
