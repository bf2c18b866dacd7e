import { createTheme } from '@mui/material';

const FOCUS = { outline: '3px solid var(--mui-palette-primary-main)', outlineOffset: 2 };

const palette = (primary: string, success: string, warning: string, error: string, page: string, paper: string) => ({
  palette: {
    primary: { main: primary },
    info: { main: primary },
    success: { main: success },
    warning: { main: warning },
    error: { main: error },
    background: { default: page, paper },
  },
});

/** A media query selects light or dark, so no script has to run before the first paint. */
export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'media' },
  colorSchemes: {
    light: palette('#0b6b62', '#1f7a3d', '#9a5b00', '#b3261e', '#f4f6f5', '#ffffff'),
    dark: palette('#67cfc0', '#6fce8d', '#f0b354', '#ff8a7d', '#101514', '#181f1e'),
  },
  shape: { borderRadius: 10 },
  typography: {
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    h1: { fontSize: '1.25rem', fontWeight: 650 },
    h2: { fontSize: '1.15rem', fontWeight: 650 },
    h3: { fontSize: '1rem', fontWeight: 650 },
    // The titles of dialogs look like those of panels.
    h6: { fontSize: '1.15rem', fontWeight: 650 },
    button: { textTransform: 'none', fontWeight: 600 },
  },
  components: {
    MuiChip: { defaultProps: { size: 'small', variant: 'outlined' } },
    MuiSkeleton: { defaultProps: { variant: 'rounded' } },
    MuiButton: { defaultProps: { disableElevation: true } },
    MuiCssBaseline: {
      styleOverrides: {
        // Of what is from the kit.
        ':root': {
          '--causeway-accent': 'var(--mui-palette-primary-main)',
          '--causeway-background': 'var(--mui-palette-background-paper)',
          '--causeway-surface': '#eef4f2',
          '--causeway-text': 'var(--mui-palette-text-primary)',
          '--causeway-muted': 'var(--mui-palette-text-secondary)',
          '--causeway-border': 'var(--mui-palette-divider)',
        },
        '@media (prefers-color-scheme: dark)': { ':root': { '--causeway-surface': '#22302d' } },
        // All focusable elements have the same outline.
        'a:focus-visible, summary:focus-visible, pre:focus-visible, code:focus-visible': FOCUS,
        'a:focus-visible, summary:focus-visible': { borderRadius: 4 },
        code: { fontSize: '0.93em' },
        // What is on pages with and without a scroll bar is in the same place.
        '#root': { paddingRight: 'calc(var(--scrollbar-width) - (100vw - 100%))', overflowX: 'clip' },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            animationIterationCount: '1 !important',
            transitionDuration: '0.01ms !important',
          },
          // Its moving bars have ended outside of it.
          '.MuiLinearProgress-bar': { inset: '0 !important', width: '100% !important', opacity: 0.6 },
        },
        '.visually-hidden': {
          position: 'absolute',
          width: 1,
          overflow: 'hidden',
          clipPath: 'inset(50%)',
          whiteSpace: 'nowrap',
        },
        'ul, ol, dl, dd, fieldset': { listStyle: 'none', margin: 0, padding: 0, border: 0, minWidth: 0 },
      },
    },
    MuiButtonBase: { styleOverrides: { root: { '&.Mui-focusVisible': FOCUS } } },
    MuiOutlinedInput: { styleOverrides: { root: { backgroundColor: 'var(--mui-palette-background-paper)' } } },
    MuiDialogContent: { styleOverrides: { root: { display: 'grid', gap: 16 } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '0 24px 20px' } } },
    // A closing dialog does not block the page below.
    MuiModal: { styleOverrides: { root: ({ ownerState }) => (ownerState.open ? {} : { pointerEvents: 'none' }) } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    // The surrounding live region decides how urgently screen readers announce an alert.
    MuiAlert: {
      defaultProps: { role: 'presentation', variant: 'outlined' },
      styleOverrides: {
        root: { alignItems: 'flex-start', backgroundColor: 'var(--mui-palette-background-paper)' },
        // Names of accounts can be long words.
        message: { minWidth: 0, overflowWrap: 'anywhere' },
      },
    },
    MuiAlertTitle: { styleOverrides: { root: { fontSize: '0.9375rem', fontWeight: 650 } } },
  },
});
