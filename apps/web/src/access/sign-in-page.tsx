import { Container, Paper, Typography } from '@mui/material';
import { texts } from '../texts.js';
import { SignInForm } from './sign-in-form.js';

/** `notice`: what has just happened, if anything has. */
export function SignInPage({ notice, onSignedIn }: { notice: string | null; onSignedIn: () => Promise<void> }) {
  return (
    <Container component="main" maxWidth="xs" sx={{ py: { xs: 3, sm: 8 } }}>
      <Paper
        component="section"
        variant="outlined"
        aria-labelledby="sign-in-title"
        sx={{ p: { xs: 2, sm: 3 }, display: 'grid', gap: 2 }}
      >
        <Typography variant="h2" id="sign-in-title">
          {texts.access.title}
        </Typography>
        <Typography role="status" sx={{ '&:empty': { display: 'none' }, fontWeight: 600 }}>
          {notice}
        </Typography>
        <Typography>{texts.access.intro}</Typography>
        <SignInForm onSignedIn={onSignedIn} />
      </Paper>
    </Container>
  );
}
