import { lazy, useEffect, useRef, type ReactNode } from 'react';
import { Box, Container, LinearProgress, Link } from '@mui/material';
import { CausewayProvider } from '@causeway/react';
import { Header } from '../layout/header.js';
import { LazyContent } from '../layout/lazy-content.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { CallerProvider } from './caller.js';
import { useSession } from './use-session.js';

/** Not for whoever is signed in already. */
const SignIn = lazy(() => import('./sign-in.js'));

/**
 * Renders the app for whoever is signed in; in sandbox mode nobody has to be. An expired session is renewed in a dialog over the page,
 * which keeps its state; if somebody else signs in, the page starts over.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const { state, client, problem, load, onSignedIn, signOut, discard } = useSession();
  const content = useRef<HTMLDivElement>(null);
  const lastPhase = useRef(state.phase);
  useEffect(() => {
    // The form that had the focus is gone.
    if (lastPhase.current === 'signed-out' && state.phase === 'signed-in') content.current?.focus();
    lastPhase.current = state.phase;
  }, [state.phase]);

  return (
    <CausewayProvider client={client}>
      <Link href="#content" sx={SKIP_LINK}>
        Skip to content
      </Link>
      <Header caller={state.phase === 'signed-in' ? state.caller : null} onSignOut={() => void signOut()} />
      <Box id="content" ref={content} tabIndex={-1} sx={{ outline: 'none' }}>
        {problem !== null && (
          <Container sx={{ pt: 2, maxWidth: 1200 }} maxWidth={false}>
            <ProblemAlert problem={problem} onRetry={signOut} />
          </Container>
        )}
        {state.phase === 'loading' && <LinearProgress aria-label="Loading your session" sx={DELAYED} />}
        {state.phase === 'failed' && (
          <Container component="main" maxWidth="sm" sx={{ py: 4 }}>
            <ProblemAlert problem={state.problem} onRetry={load} />
          </Container>
        )}
        {state.phase === 'signed-in' && (
          <CallerProvider value={state.caller}>
            <div key={state.callerNumber}>{children}</div>
          </CallerProvider>
        )}
        {(state.phase === 'signed-out' || (state.phase === 'signed-in' && state.expired)) && (
          <LazyContent page>
            <SignIn
              notice={state.phase === 'signed-out' ? state.notice : null}
              onSignedIn={onSignedIn}
              onDiscard={state.phase === 'signed-in' ? () => discard(null) : undefined}
            />
          </LazyContent>
        )}
      </Box>
    </CausewayProvider>
  );
}

/** Visible only if the response takes long. */
const DELAYED = { opacity: 0, animation: 'appear 0s 0.4s forwards', '@keyframes appear': { to: { opacity: 1 } } };

/** Visible only while it has the focus. */
const SKIP_LINK = {
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
