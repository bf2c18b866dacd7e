import { useEffect, useRef, type ReactNode } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { Box, Container, LinearProgress, Link } from '@mui/material';
import { ServiceProvider } from '../api/service.js';
import { Header } from '../layout/header.js';
import { ProblemAlert } from '../problem/problem-alert.js';
import { texts } from '../texts.js';
import { CallerProvider } from './caller.js';
import { EndedDialog } from './ended-dialog.js';
import { SignInPage } from './sign-in-page.js';
import { useAccess } from './use-access.js';

/**
 * Gives the app its way to the service, once it is known who is calling. Sandbox mode takes anyone. A session that ends is asked for
 * again over the page, which stays; another caller begins anew.
 */
export function Access({ children }: { children: ReactNode }) {
  const { state, service, queries, problem, ask, signedIn, signOut, leave } = useAccess();
  const content = useRef<HTMLDivElement>(null);
  const caller = state.phase === 'known' ? state.caller : null;
  // The form that had the focus is gone.
  const was = useRef(state.phase);
  useEffect(() => {
    if (was.current === 'nobody' && state.phase === 'known') content.current?.focus();
    was.current = state.phase;
  }, [state.phase]);

  return (
    <ServiceProvider value={service}>
      <QueryClientProvider client={queries}>
        <Link href="#content" sx={SKIP}>
          {texts.app.skip}
        </Link>
        <Header caller={caller} onSignOut={() => void signOut()} />
        <Box id="content" ref={content} tabIndex={-1} sx={{ outline: 'none' }}>
          {problem === null ? null : (
            <Container sx={{ pt: 2, maxWidth: 1200 }} maxWidth={false}>
              <ProblemAlert problem={problem} onRetry={() => void signOut()} />
            </Container>
          )}
          {state.phase === 'asking' ? <Asking /> : null}
          {state.phase === 'failed' ? (
            <Container component="main" maxWidth="sm" sx={{ py: 4 }}>
              <ProblemAlert problem={state.problem} onRetry={() => void ask()} />
            </Container>
          ) : null}
          {state.phase === 'nobody' ? <SignInPage notice={state.notice} onSignedIn={signedIn} /> : null}
          {state.phase === 'known' ? (
            <CallerProvider value={state.caller}>
              <div key={state.visit}>{children}</div>
              <EndedDialog open={state.ended} onSignedIn={signedIn} onLeave={() => leave(null)} />
            </CallerProvider>
          ) : null}
        </Box>
      </QueryClientProvider>
    </ServiceProvider>
  );
}

/** Nobody should see it: it comes up only where the answer takes long. */
function Asking() {
  return (
    <LinearProgress
      aria-label={texts.access.asking}
      sx={{
        opacity: 0,
        animation: 'appear 0s 0.4s forwards',
        '@keyframes appear': { to: { opacity: 1 } },
      }}
    />
  );
}

/** Out of sight until it has the focus. */
const SKIP = {
  position: 'absolute',
  left: 8,
  top: -80,
  zIndex: 'tooltip',
  px: 2,
  py: 1,
  borderRadius: 1,
  bgcolor: 'background.paper',
  '&:focus': { top: 8 },
};
