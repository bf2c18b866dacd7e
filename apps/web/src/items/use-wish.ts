import { useCallback, useState } from 'react';
import type { ItemsWish } from './use-items.js';

/** What is being filled in. A parent comes into it when the service says that a type needs one, and stays. */
export function useWish(parentFault: string | undefined) {
  const [wish, setWish] = useState<ItemsWish>({ types: [], parent: '' });
  const [turn, setTurn] = useState(0);
  const [knownFault, setKnownFault] = useState<string | undefined>(undefined);
  if (parentFault !== knownFault) {
    setKnownFault(parentFault);
    if (parentFault !== undefined) setTurn(turn + 1);
  }
  const useAsParent = useCallback((parent: string) => {
    setWish((last) => ({ ...last, parent }));
    setTurn((last) => last + 1);
  }, []);
  const parent = turn === 0 ? undefined : { fault: parentFault, turn };
  return { wish, setWish, parent, useAsParent: turn === 0 ? undefined : useAsParent };
}
