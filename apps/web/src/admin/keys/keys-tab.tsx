import { useRef, useState } from 'react';
import { Box, Button, Checkbox, FormControl, FormControlLabel, FormHelperText, FormLabel } from '@mui/material';
import { API_VALUES, unwrap } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { ConfirmDialog } from '../../layout/confirm-dialog.js';
import { LiveRegion } from '../../layout/content.js';
import { Notice } from '../../layout/problem-alert.js';
import { useCaller } from '../../session/caller.js';
import { isId } from '../../user/user.js';
import { Field, FormDialog, idsIn, SecretDialog, TWO_COLUMNS, useForm } from '../forms.js';
import { lists, RequestState, type RowOf, useAction } from '../requests.js';
import { type Column, PagedTable } from '../tables.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

type ApiKey = RowOf<typeof lists.keys>;
type Scope = (typeof API_VALUES.Scope)[number];

/** What most keys are for: each fills in the check boxes. */
const PRESETS: [name: string, scopes: Scope[]][] = [
  ['Back end of your product', ['connections:read', 'connections:write', 'items:read', 'sessions:write']],
  ['Read only', ['connections:read', 'items:read', 'syncs:read', 'webhooks:read']],
  ['Everything', [...API_VALUES.Scope]],
];

/** From now on: days, or when there is no number. */
const PERIODS = { '30': 'In 30 days', '90': 'In 90 days', '365': 'In a year', never: texts.never, date: 'On a date' };

const EMPTY = {
  name: '',
  scopes: [] as Scope[],
  orgs: '',
  period: '90' as keyof typeof PERIODS,
  /** For the period `date`. */
  date: '',
  /** The maker's own key, for scopes that the cookie of the web app may not give. */
  ownKey: '',
};

type KeyForm = typeof EMPTY;

const NOT_BY_COOKIE: readonly Scope[] = ['credentials:read', 'proxy', 'admin'];

const needsOwnKey = ({ scopes }: KeyForm): boolean => scopes.some((scope) => NOT_BY_COOKIE.includes(scope));

const DAY_MS = 24 * 60 * 60_000;

/** A date means the end of that day in the user's time zone. `null`: never. */
function expiryOf({ period, date }: KeyForm): Date | null {
  if (period === 'never') return null;
  return period === 'date' ? new Date(`${date}T23:59:59`) : new Date(Date.now() + Number(period) * DAY_MS);
}

function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const isSignedIn = useCaller().kind !== 'anyone';
  const create = useAction((client, values: KeyForm) => {
    const orgIds = idsIn(values.orgs);
    const expiry = expiryOf(values);
    const body = {
      name: values.name.trim(),
      scopes: values.scopes,
      ...(orgIds.length > 0 && { orgIds }),
      ...(expiry && { expiresAt: expiry.toISOString() }),
    };
    const ownKey = needsOwnKey(values) && values.ownKey.trim();
    return unwrap(client.POST('/keys', { body, headers: ownKey ? { authorization: `Bearer ${ownKey}` } : {} }));
  }, lists.keys.queryKey);
  const asksForOwnKey = (values: KeyForm) => isSignedIn && needsOwnKey(values);
  const isRefused = create.isError && asksForOwnKey(create.variables) && problemOf(create.error).status === 401;
  const { values, set, field, errors, onSubmit } = useForm(EMPTY, create, (values) => {
    const expiry = expiryOf(values);
    return {
      ...(values.name.trim() === '' && { name: 'Enter a name.' }),
      ...(values.scopes.length === 0 && { scopes: 'Select at least one.' }),
      ...(asksForOwnKey(values) && values.ownKey.trim() === '' && { ownKey: 'Enter the key you signed in with.' }),
      ...(isRefused && { ownKey: 'This key was not accepted. It may be mistyped, expired or revoked.' }),
      ...(!idsIn(values.orgs).every(isId) && { orgs: 'Each is 1 to 255 ASCII characters without " < > \\ ^ { } `' }),
      // Also when it is no date, and no comparison is true.
      ...(expiry !== null && !(expiry.getTime() > Date.now()) && { date: 'Select a date in the future.' }),
    };
  });
  const isGiven = (scope: Scope) => values.scopes.includes(scope);
  if (create.isSuccess) {
    const { name, key, scopes } = create.data;
    // A request that the key may make.
    const path = scopes.includes('connections:read') ? '/connections' : '/integrations';
    const text = `curl ${window.location.origin}${path} -H "Authorization: Bearer ${key}"`;
    const dialog = { title: `The key “${name}” was created`, label: 'Key', secret: key };
    return <SecretDialog {...dialog} example={{ label: 'first request', text }} onClose={onClose} />;
  }
  return (
    <FormDialog
      title="Create API key"
      submit="Create key"
      sending={isRefused ? { ...create, error: null } : create}
      maxWidth="md"
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <Box sx={TWO_COLUMNS}>
        <Field {...field('name', 'Name', 'Helps people tell keys apart')} autoFocus required />
        <Field {...field('period', 'Expires')} options={Object.entries(PERIODS)} />
        {values.period === 'date' && (
          <Field {...field('date', 'Date')} type="date" slotProps={{ inputLabel: { shrink: true } }} />
        )}
      </Box>
      <FormControl component="fieldset" error={errors.scopes !== undefined} required>
        <FormLabel component="legend">{texts.scopes}</FormLabel>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, my: 1 }}>
          {PRESETS.map(([preset, scopes]) => (
            <Button key={preset} size="small" variant="outlined" onClick={() => set({ scopes })}>
              {preset}
            </Button>
          ))}
        </Box>
        <Box sx={{ ...TWO_COLUMNS, gap: 0 }}>
          {API_VALUES.Scope.map((scope) => (
            <FormControlLabel
              key={scope}
              control={<Checkbox size="small" checked={isGiven(scope)} />}
              onChange={() => set({ scopes: API_VALUES.Scope.filter((one) => isGiven(one) !== (one === scope)) })}
              slotProps={{ typography: { variant: 'body2' } }}
              label={
                <>
                  <code>{scope}</code>: {texts.scopeDetails[scope]}
                </>
              }
            />
          ))}
        </Box>
        <FormHelperText role="alert">{errors.scopes}</FormHelperText>
      </FormControl>
      <Box sx={TWO_COLUMNS}>
        <Field {...field('orgs', texts.orgs, texts.orgsHint)} />
        {asksForOwnKey(values) && <Field {...field('ownKey', OWN_KEY, OWN_KEY_HINT)} type="password" required />}
      </Box>
    </FormDialog>
  );
}

const OWN_KEY = 'Confirm with your own key';
const OWN_KEY_HINT =
  'Keys that read credentials, call providers or manage keys cannot be created with the browser session alone.';

export function KeysTab() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);
  const revoke = useAction(async (client, { id, name }: ApiKey) => {
    await unwrap(client.DELETE('/keys/{id}', { params: { path: { id } } }));
    setRevoking(null);
    // The focused button is removed with its key.
    window.setTimeout(() => createButton.current?.focus());
    return name;
  }, lists.keys.queryKey);
  const ask = (key: ApiKey) => {
    revoke.reset();
    setRevoking(key);
  };
  const columns: Column<ApiKey>[] = [
    {
      label: 'Name',
      isHeader: true,
      cell: ({ id, name, scopes }) => [<strong>{name}</strong>, <code>{`cwk_${id}_…`}</code>, scopes.join(', ')],
    },
    { label: texts.orgs, from: 'sm', cell: ({ orgIds }) => orgIds?.join(', ') ?? texts.all },
    { label: 'Created', from: 'md', nowrap: true, time: ({ createdAt }) => createdAt },
    {
      label: 'Expires',
      nowrap: true,
      cell: ({ expiresAt }) => <RelativeTime time={expiresAt} missing={texts.never} past="Expired" />,
    },
    {
      label: 'Revoke',
      isAction: true,
      cell: (key) => (
        <Button color="error" size="small" onClick={() => ask(key)} aria-label={`Revoke ${key.name}`}>
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <>
      <LiveRegion>
        {revoke.isSuccess && (
          <Notice severity="success" onDismiss={revoke.reset} children={`“${revoke.data}” was revoked.`} />
        )}
      </LiveRegion>
      <PagedTable
        {...lists.keys}
        label="API keys"
        intro="Your back end uses an API key to act for all users of its organizations. Only a hash of the key is stored."
        columns={columns}
        action={
          <Button ref={createButton} variant="contained" onClick={() => setCreating(true)}>
            Create API key
          </Button>
        }
        empty="No API keys yet."
      />
      {creating && <NewKeyDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          open
          title={`Revoke “${revoking.name}”?`}
          detail="It stops working immediately, everywhere. This cannot be undone."
          confirm="Revoke"
          loading={revoke.isPending}
          onCancel={() => setRevoking(null)}
          onConfirm={() => revoke.mutate(revoking)}
        >
          <RequestState of={[revoke]} />
        </ConfirmDialog>
      )}
    </>
  );
}
