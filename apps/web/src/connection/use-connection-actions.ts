import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { unwrap, type Connection, type Integration, type ProblemDetails } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../api/client.js';
import { useInvalidateConnections } from '../api/queries.js';
import { texts } from '../texts.js';

type ActionResult = { severity: 'success' | 'warning'; message: string; detail?: string } | { problem: ProblemDetails };

export function useConnectionActions({ name }: Integration) {
  const client = useCauseway();
  const [result, setResult] = useState<ActionResult | null>(null);
  const common = {
    onMutate: () => setResult(null),
    onError: (error: Error) => setResult({ problem: problemOf(error) }),
    onSettled: useInvalidateConnections(),
  };

  const check = useMutation({
    ...common,
    mutationFn: ({ id }: Connection) => unwrap(client.POST('/connections/{id}/check', { params: { path: { id } } })),
    onSuccess: ({ status }) => {
      // Otherwise the connection itself shows the problem.
      if (status === 'active') setResult({ severity: 'success', message: texts.connection.works });
    },
  });
  const disconnect = useMutation({
    ...common,
    mutationFn: ({ id }: Connection) => unwrap(client.DELETE('/connections/{id}', { params: { path: { id } } })),
    onSuccess: ({ revoked, detail }, { account }) => {
      const failed = revoked === 'failed';
      const message = texts.disconnect[revoked](name, account.name);
      setResult({ severity: failed ? 'warning' : 'success', message, ...(failed && { detail }) });
    },
  });
  return { check, disconnect, result, clear: () => setResult(null) };
}
