import type { ComponentPropsWithoutRef } from 'react';
import { useConnection, type Wanted } from './use-connection.js';

export interface ConnectButtonProps extends Wanted, Omit<ComponentPropsWithoutRef<'button'>, 'onClick' | 'children'> {
  /** The integration's name, for people. */
  name: string;
}

/**
 * Connects an account, says which one is connected, connects it again where it has to be. Plain elements without styles: `className` and
 * other attributes go to the button; its state is in `data-causeway` for style sheets.
 */
export function ConnectButton({ client, integration, orgId, userId, name, ...attributes }: ConnectButtonProps) {
  const { connections, step, problem, connect, cancel } = useConnection({ client, integration, orgId, userId });
  const [connection] = connections ?? [];
  const broken = connection?.status === 'needs-reconnect';
  const state = step ?? (connection === undefined ? 'not-connected' : connection.status);
  return (
    <span data-causeway={state}>
      {connection !== undefined && !broken && step === null ? (
        <span role="status">
          {name} is connected: {connection.account.name}
        </span>
      ) : (
        <>
          <button
            type="button"
            {...attributes}
            disabled={connections === undefined || (step !== null && step !== 'waiting')}
            onClick={() => (step === 'waiting' ? cancel() : connect(broken ? connection.id : undefined))}
          >
            {step === 'waiting' ? 'Cancel' : `${broken ? 'Reconnect' : 'Connect'} ${name}`}
          </button>{' '}
          <span role="status">
            {step === null
              ? ((problem ?? (broken ? connection.problem : null))?.detail ?? '')
              : step === 'leaving'
                ? `Going to ${name}…`
                : `Continue in the ${name} window.`}
          </span>
        </>
      )}
    </span>
  );
}
