import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Connection, Integration } from '@causeway/client';
import { connectionsKey } from '../api/queries.js';
import { dataOf, problemOf, type ProblemDetails } from '../api/service-problem.js';
import { useService } from '../api/service.js';
import { texts } from '../texts.js';

/** What came of the last action. */
export type Result =
  { severity: 'success' | 'warning'; sentence: string; detail?: string | undefined } | { problem: ProblemDetails };

export function useConnectionActions({ name }: Integration) {
  const service = useService();
  const queries = useQueryClient();
  const [result, setResult] = useState<Result | null>(null);
  const common = {
    onMutate: () => setResult(null),
    onError: (error: Error) => setResult({ problem: problemOf(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: connectionsKey }),
  };

  const check = useMutation({
    ...common,
    mutationFn: ({ id }: Connection) => dataOf(service.POST('/connections/{id}/check', { params: { path: { id } } })),
    onSuccess: ({ status }) => {
      // That it does not work any more, the connection itself says from now on.
      if (status === 'active') setResult({ severity: 'success', sentence: texts.connection.works });
    },
  });
  const disconnect = useMutation({
    ...common,
    mutationFn: ({ id }: Connection) => dataOf(service.DELETE('/connections/{id}', { params: { path: { id } } })),
    onSuccess: ({ revoked, detail }, { account }) => {
      setResult({
        severity: revoked === 'failed' ? 'warning' : 'success',
        sentence: texts.disconnect[revoked](name, account.name),
        detail: revoked === 'failed' ? detail : undefined,
      });
    },
  });
  return { check, disconnect, result, clear: () => setResult(null) };
}
