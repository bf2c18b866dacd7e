'use client';

import { useEffect, useState } from 'react';
import { ENGLISH, loadTexts, replaceTexts, type LocalizedTexts, type ReplacedTexts } from '@causeway/client/texts';

export interface TextOptions {
  /** E.g. `de` or `ar`. Default: the language of the page. */
  locale?: string | null | undefined;
  /** Replaces single texts. */
  texts?: ReplacedTexts | null | undefined;
}

/** The texts of the kit in the user's language; English ones on a server, and until those of another language are loaded. */
export function useTexts({ locale, texts: replaced }: TextOptions = {}): LocalizedTexts {
  const [localized, setLocalized] = useState(ENGLISH);
  useEffect(() => {
    let isCurrent = true;
    void loadTexts(locale ?? document.documentElement.lang).then((loaded) => isCurrent && setLocalized(loaded));
    return () => {
      isCurrent = false;
    };
  }, [locale]);
  return replaced ? replaceTexts(localized, replaced) : localized;
}
