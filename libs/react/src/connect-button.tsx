'use client';

import type { ComponentPropsWithoutRef } from 'react';
import { describeProblem, format } from '@causeway/client/texts';
import { useConnect } from './use-connect.js';
import { useConnections, type UseConnectionsOptions } from './use-connections.js';
import { useTexts, type TextOptions } from './use-texts.js';

export interface ConnectButtonProps
  extends UseConnectionsOptions, TextOptions, Omit<ComponentPropsWithoutRef<'button'>, 'onClick' | 'children'> {
  /** The integration's name, as users know it. */
  name: string;
}

/**
 * Connects an account, shows which one is connected, and connects it again when necessary. It has no styles: `className` and the other
 * attributes go to the button, and the `data-causeway` of the surrounding element is the state.
 */
export function ConnectButton({ integration, orgId, userId, name, locale, texts, ...attributes }: ConnectButtonProps) {
  const user = { integration, orgId, userId };
  const localized = useTexts({ locale, texts }).texts;
  const { connections, problem, reload } = useConnections(user);
  const { state, connect, cancel } = useConnect({
    onSettled: ({ phase }) => void reload().then(() => phase === 'connected' && cancel()),
  });
  const [connection] = connections ?? [];
  // Also when it is connected, until the new connection is loaded.
  const isPending = state !== null && state.phase !== 'failed';
  const isWaiting = state?.phase === 'waiting';
  const broken = connection?.status === 'needs-reconnect' ? connection : undefined;
  if (connection !== undefined && broken === undefined && !isPending) {
    return (
      <span data-causeway="active">
        <span role="status">{format(localized.connectedAs, { name, account: connection.account.name })}</span>
      </span>
    );
  }
  const failure = (state?.phase === 'failed' ? state.problem : problem) ?? broken?.problem;
  const text = isPending
    ? format(state.phase === 'redirecting' ? localized.redirecting : localized.waiting, { name })
    : failure
      ? describeProblem(localized, failure)
      : '';
  return (
    <span data-causeway={isPending ? state.phase : (broken?.status ?? 'not-connected')}>
      <button
        type="button"
        {...attributes}
        disabled={connections === undefined || (isPending && !isWaiting)}
        onClick={() => (isWaiting ? cancel() : connect({ ...user, ...(broken && { connectionId: broken.id }) }))}
      >
        {isWaiting
          ? localized.cancel
          : broken
            ? format(localized.reconnectAccount, { account: name })
            : format(localized.connectName, { name })}
      </button>{' '}
      <span role="status">{text}</span>
    </span>
  );
}
