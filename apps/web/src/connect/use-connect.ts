import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Connection, Integration } from '#sdk';
import { connectionsKey, connectionsQuery, type Who } from '../api/queries.js';
import { dataOf, problemOf } from '../api/service-problem.js';
import { useService } from '../api/service.js';
import { texts } from '../texts.js';
import type { Ending } from './ending.js';
import { openPopup } from './open-popup.js';
import { watchPopup } from './watch-popup.js';

/** One attempt at a time: the one that was begun last. */
export type Attempt = { integration: string; who: Who } & (
  { phase: 'starting' | 'leaving' } | { phase: 'waiting'; popup: Window } | { phase: 'ended'; ending: Ending }
);

export interface Wish {
  integration: Integration;
  who: Who;
  /** Authorize this connection again. */
  connectionId?: string;
}

export function useConnect(first: Attempt | null) {
  const service = useService();
  const queries = useQueryClient();
  const [attempt, setAttempt] = useState(first);
  const giveUp = useRef(() => {});
  useEffect(() => () => giveUp.current(), []);

  const authorize = async ({ integration: { id }, who, connectionId }: Wish, returnTo?: string) => {
    const body = { ...who, ...(connectionId && { connectionId }), ...(returnTo && { returnTo }) };
    const call = service.POST('/integrations/{integration}/authorize', { params: { path: { integration: id } }, body });
    const { authorizationUrl, expiresAt } = await dataOf(call);
    // By the service's clock: this computer's may be wrong.
    const now = Date.parse((await call).response.headers.get('date') ?? '') || Date.now();
    return { authorizationUrl, expiresInMs: Date.parse(expiresAt) - now };
  };

  const connect = (wish: Wish) => {
    const { integration, who } = wish;
    giveUp.current();
    const about = { integration: integration.id, who };
    const popup = openPopup(texts.connect.popup(integration.name));
    setAttempt({ ...about, phase: popup === null ? 'leaving' : 'starting' });
    let stop = () => {};
    let givenUp = false;
    giveUp.current = () => {
      givenUp = true;
      stop();
      popup?.close();
    };
    const end = (ending: Ending) => {
      if (givenUp) return;
      setAttempt({ ...about, phase: 'ended', ending });
      void queries.invalidateQueries({ queryKey: connectionsKey });
    };

    const ofIntegration = async (staleTime: number): Promise<Connection[]> => {
      const all = await queries.fetchQuery({ ...connectionsQuery(service, who), staleTime });
      return all.filter((connection) => connection.integration === integration.id);
    };
    const go = async () => {
      if (popup === null) {
        window.location.assign((await authorize(wish, window.location.href)).authorizationUrl);
        return;
      }
      const [{ authorizationUrl, expiresInMs }, before] = await Promise.all([authorize(wish), ofIntegration(0)]);
      if (givenUp) return;
      const known = new Set(before.map(version));
      const findConnection = () =>
        ofIntegration(0).then(
          (now) => now.find((connection) => !known.has(version(connection)))?.id ?? null,
          () => null,
        );
      popup.location.replace(authorizationUrl);
      stop = watchPopup({
        popup,
        // This page may go by another name of the same service (127.0.0.1, a development server).
        serviceOrigin: new URL(authorizationUrl).origin,
        integration: integration.id,
        expiresInMs,
        findConnection,
        onEnding: end,
      });
      setAttempt({ ...about, phase: 'waiting', popup });
    };
    go().catch((error: unknown) => {
      popup?.close();
      end({ kind: 'failed', problem: problemOf(error) });
    });
  };

  const dismiss = () => {
    giveUp.current();
    setAttempt(null);
  };
  return { attempt, connect, dismiss };
}

const version = ({ id, updatedAt }: Connection) => `${id} ${updatedAt}`;
