import { useState, type ChangeEvent, type SyntheticEvent } from 'react';
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, TextField } from '@mui/material';
import type { ButtonProps, DialogProps, TextFieldProps } from '@mui/material';
import type { UseMutationResult } from '@tanstack/react-query';
import { useSearch } from 'wouter';
import { CopyButton } from '../layout/copy-button.js';
import { DraftField, PLAIN_TEXT } from '../layout/draft-field.js';
import { Notice } from '../layout/problem-alert.js';
import { setSearchParams } from '../routing/search-params.js';
import { inWords } from '../texts.js';
import { RequestState } from './requests.js';
import { texts } from './texts.js';

const PAUSE_MS = 300;
const ALL = 'all';

/** Those of the search parameters that filter; the other ones of the address are left out. */
export function useFilter<Name extends string>(names: readonly Name[]): Partial<Record<Name, string>> {
  const params = new URLSearchParams(useSearch());
  const given = names.map((name) => [name, params.get(name)]).filter(([, value]) => value);
  return Object.fromEntries(given) as Partial<Record<Name, string>>;
}

type Options = readonly (readonly [id: string, name: string])[];

export interface Filter {
  /** Of the search parameter. */
  name: string;
  label: string;
  /** Without them, it is a text. */
  options?: Options;
}

/** The values of an enumeration of the API. @param others those that have another label than their words */
export const optionsOf = (values: readonly string[], others?: Partial<Record<string, string>>): Options =>
  values.map((value) => [value, inWords(value, others)]);

export const FilterBar = ({ filters }: { filters: readonly Filter[] }) => (
  <Box role="search" sx={BAR}>
    {filters.map((filter) => (
      <FilterField key={filter.name} {...filter} />
    ))}
  </Box>
);

/** Of an odd number in two columns, the first one has a row of its own. */
const BAR = {
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(auto-fit, minmax(170px, 1fr))' },
  '& > :first-of-type:nth-last-of-type(odd)': { gridColumn: { xs: '1 / -1', md: 'auto' } },
};

/** Shows and changes the search parameter `name`. */
function FilterField({ name, label, options }: Filter) {
  const { [name]: value = '' } = useFilter([name]);
  const set = (text: string, replace: boolean) => setSearchParams({ [name]: text || null, page: null }, { replace });
  if (options === undefined)
    return (
      <DraftField
        type="search"
        label={label}
        value={value}
        pauseMs={PAUSE_MS}
        onCommit={(text) => set(text.trim(), true)}
      />
    );
  // The address can have a value that is none of them.
  const isKnown = value === '' || options.some(([id]) => id === value);
  return (
    <Field
      size="small"
      label={label}
      value={value || ALL}
      options={[[ALL, texts.all], ...options, ...(isKnown ? [] : [[value, value] as const])]}
      onChange={({ target }) => set(target.value === ALL ? '' : target.value, false)}
    />
  );
}

/** A text, or a choice. */
export const Field = ({ options, ...field }: TextFieldProps & { options?: Options }) => (
  <TextField {...field} select={options !== undefined}>
    {options?.map(([id, name]) => (
      <MenuItem key={id} value={id}>
        {name}
      </MenuItem>
    ))}
  </TextField>
);

export const TWO_COLUMNS = { display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' } };

type Errors<Values> = Partial<Record<keyof Values, string>>;

/**
 * The values of a form that `sending` sends, and the properties of each field.
 * @param errorsIn what is wrong with the values, which is shown as soon as they were to be sent
 */
export function useForm<Values extends Record<string, unknown>>(
  initial: Values,
  sending: Pick<UseMutationResult<unknown, Error, Values>, 'mutate' | 'reset'>,
  errorsIn: (values: Values) => Errors<Values> = () => ({}),
) {
  const [values, setValues] = useState(initial);
  const [wasSent, setWasSent] = useState(false);
  const errors: Errors<Values> = wasSent ? errorsIn(values) : {};
  const set = (changes: Partial<Values>) => {
    setValues({ ...values, ...changes });
    // The response is that to the values before.
    sending.reset();
  };
  const field = (name: keyof Values & string, label: string, hint?: string) => ({
    label,
    value: values[name],
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      set({ [name]: target.value } as unknown as Partial<Values>),
    error: errors[name] !== undefined,
    helperText: errors[name] ?? hint,
    slotProps: { htmlInput: PLAIN_TEXT },
  });
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (Object.keys(errorsIn(values)).length === 0) sending.mutate(values);
  };
  return { values, set, field, errors, onSubmit };
}

/** What is separated by spaces or commas, each once. */
export const idsIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

interface FormDialogProps extends Pick<DialogProps, 'maxWidth' | 'children'> {
  title: string;
  submit: string;
  sending: { isPending: boolean; error: unknown };
  onSubmit: (event: SyntheticEvent) => void;
  onClose: () => void;
}

export const FormDialog = ({ title, submit, sending, maxWidth, onSubmit, onClose, children }: FormDialogProps) => (
  <Dialog open fullWidth maxWidth={maxWidth ?? 'sm'} onClose={onClose}>
    <Box component="form" onSubmit={onSubmit} noValidate sx={{ display: 'contents' }}>
      <DialogTitle>{title}</DialogTitle>
      <DialogContent>
        {/* Room for the label of the first field. */}
        <Box sx={{ height: 0 }} />
        {children}
        <RequestState of={[sending]} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" loading={sending.isPending}>
          {submit}
        </Button>
      </DialogActions>
    </Box>
  </Dialog>
);

interface SecretDialogProps {
  title: string;
  label: string;
  secret: string;
  hint?: string;
  /** What can be done with it at once. */
  example: { label: string; text: string };
  onClose: () => void;
}

/** The secret exists only in this dialog. It has no `onClose` of its own: a click outside would lose the secret. */
export function SecretDialog({ title, label, secret, hint, example, onClose }: SecretDialogProps) {
  return (
    <Dialog open fullWidth maxWidth="sm" aria-describedby="secret-detail">
      <DialogTitle>{title}</DialogTitle>
      <DialogContent>
        <Notice severity="warning" id="secret-detail">
          Copy it now. You will not be able to see it again. {hint}
        </Notice>
        <CopyField text={secret} label={label} variant="contained" autoFocus />
        <CopyField {...example} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{texts.done}</Button>
      </DialogActions>
    </Dialog>
  );
}

type CopyFieldProps = Pick<ButtonProps, 'variant' | 'autoFocus'> & { text: string; label: string };

/** A text that is too long to be typed, and a button that copies it. @param label names the text for screen readers */
export const CopyField = ({ text, label, variant = 'outlined', autoFocus }: CopyFieldProps) => (
  <Box sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 1, alignItems: 'center' }}>
    <Box component="code" role="textbox" aria-readonly aria-label={label} tabIndex={0} sx={TEXT}>
      {text}
    </Box>
    <CopyButton text={text} label={`Copy ${label}`} size="small" variant={variant} autoFocus={autoFocus} />
  </Box>
);

const TEXT = {
  flex: { xs: '1 1 100%', sm: 1 },
  minWidth: 0,
  overflow: 'auto',
  maxHeight: 320,
  overflowWrap: 'anywhere',
  whiteSpace: 'pre-wrap',
  userSelect: 'all',
};
