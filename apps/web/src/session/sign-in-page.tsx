import { Container, Typography } from '@mui/material';
import { Panel } from '../layout/panel.js';
import { texts } from '../texts.js';
import { SignInForm } from './sign-in-form.js';

/** @param notice what has just happened, if anything has */
export function SignInPage({ notice, onSignedIn }: { notice: string | null; onSignedIn: () => Promise<void> }) {
  return (
    <Container component="main" maxWidth="xs" sx={{ py: { xs: 3, sm: 8 } }}>
      <Panel id="sign-in-title" title={texts.session.signIn}>
        <Typography role="status" sx={{ '&:empty': { display: 'none' }, fontWeight: 600 }}>
          {notice}
        </Typography>
        <Typography>{texts.session.intro}</Typography>
        <SignInForm onSignedIn={onSignedIn} />
      </Panel>
    </Container>
  );
}
