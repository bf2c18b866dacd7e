import { Box, Button, Container } from '@mui/material';
import { Link } from 'wouter';
import { SearchIcon } from './icons.js';
import { EmptyState } from './layout/empty-state.js';
import { Panel } from './layout/panel.js';
import { texts } from './texts.js';

export function NotFoundPage() {
  return (
    <Container component="main" maxWidth="sm" sx={{ py: { xs: 3, sm: 8 } }}>
      <Panel id="not-found-title" title={texts.app.notFound}>
        <EmptyState icon={<SearchIcon />} text={texts.app.notFoundDetail}>
          <Box sx={{ mt: 1 }}>
            <Button component={Link} href="/" variant="contained">
              {texts.app.toAccounts}
            </Button>
          </Box>
        </EmptyState>
      </Panel>
    </Container>
  );
}
