'use client';

import { useContext, useEffect, useRef, type ComponentType, type ReactNode, type Ref } from 'react';
import type { Connection } from '@causeway/client';
import type { Revocation } from '@causeway/client/browser';
import type { CausewayConnect, CausewayConnectEvents, CausewayConnectProperties } from '@causeway/client/element';
import { ClientContext } from './causeway-provider.js';

interface ConnectProps extends Omit<CausewayConnectProperties, 'open' | 'variant'> {
  className?: string | undefined;
  onConnected?: ((connection: Connection) => void) | undefined;
  onDisconnected?: ((connection: Connection, revoked: Revocation) => void) | undefined;
  onClose?: (() => void) | undefined;
  /** Logos of your own: elements with `slot="logo-<id of the integration>"`. */
  children?: ReactNode;
}

export interface ConnectModalProps extends ConnectProps {
  open: boolean;
  /** Set `open` to false. */
  onClose: () => void;
}

export interface ConnectAccountsProps extends ConnectProps {
  /** `button`: opens the dialog; `inline`: the same without a dialog, in the page. */
  variant: 'button' | 'inline';
}

/** Properties go back to these when a component is rendered without them. */
const DEFAULTS: CausewayConnectProperties = {
  baseUrl: undefined,
  sessionToken: undefined,
  sessionUrl: undefined,
  orgId: undefined,
  userId: undefined,
  integrations: undefined,
  returnTo: undefined,
  locale: undefined,
  texts: undefined,
  theme: undefined,
};

/** By its name: React calls nothing of it, and its class is loaded later. */
const Element = 'causeway-connect' as unknown as ComponentType<{
  ref: Ref<CausewayConnect>;
  class: string | undefined;
  children: ReactNode;
}>;

/** A dialog in which the user connects, reconnects and disconnects accounts. */
export function ConnectModal(props: ConnectModalProps) {
  return useConnectElement({ ...props, variant: 'modal' });
}

/** A button that opens the dialog, or its content in the page. */
export function ConnectAccounts(props: ConnectAccountsProps) {
  return useConnectElement(props);
}

function useConnectElement(props: ConnectProps & Pick<CausewayConnectProperties, 'open' | 'variant'>) {
  const client = useContext(ClientContext);
  const element = useRef<CausewayConnect>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
    const { className: _, children: __, onConnected: ___, onDisconnected: ____, onClose: _____, ...properties } = props;
    // React 18 sets attributes only. The element takes properties also before it is defined.
    Object.assign(element.current ?? {}, DEFAULTS, { client }, properties);
  });
  useEffect(() => {
    // Servers have no custom elements, and the page does not need this one to be shown.
    void import('@causeway/client/element');
    const removed = new AbortController();
    const listen = <Type extends keyof CausewayConnectEvents>(
      type: Type,
      listener: (event: CausewayConnectEvents[Type]) => void,
    ) => element.current?.addEventListener(type, listener as EventListener, { signal: removed.signal });
    listen('connected', ({ detail }) => latest.current.onConnected?.(detail.connection));
    listen('disconnected', ({ detail }) => latest.current.onDisconnected?.(detail.connection, detail.revoked));
    listen('close', () => latest.current.onClose?.());
    return () => removed.abort();
  }, []);
  return (
    <Element ref={element} class={props.className}>
      {props.children}
    </Element>
  );
}
