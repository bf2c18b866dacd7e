import SwaggerUI, { type SwaggerRequest, type Wrapper } from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './docs.css';
import { accessible } from './accessible.js';
import { fillIn } from './fill-in.js';

const STREAM_SECONDS = 5;

/** Swagger UI has a dark theme, and in this layout nothing that switches it on. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', applyTheme);
applyTheme();

SwaggerUI({
  dom_id: '#swagger-ui',
  url: '/openapi.json',
  deepLinking: true,
  // The default theme has too little contrast.
  syntaxHighlight: { theme: 'obsidian' },
  plugins: [fillIn, accessible, { wrapComponents: { responseBody: withAuthorizationLink } }],
  requestInterceptor: (request: SwaggerRequest) => ({
    ...request,
    // Swagger UI encodes a path parameter as one segment.
    url: request.url.replace(/(?<=\/proxy\/)[^?]*/, (path) => path.replaceAll('%2F', '/')),
    userFetch: fetchBriefly,
  }),
});

/** Swagger UI shows a response when it has ended, and an event stream does not end. */
async function fetchBriefly(...[url, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(url, init);
  const type = response.headers.get('content-type') ?? '';
  if (response.body === null || !type.startsWith('text/event-stream')) return response;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  setTimeout(() => void reader.cancel(), STREAM_SECONDS * 1000);
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  return new Response(`${text}: this page shows the first ${STREAM_SECONDS} seconds of the stream\n`, response);
}

/** A link to `authorizationUrl` where a response has one. The page that opens keeps its opener, to which it posts the result. */
function withAuthorizationLink(...[Original, { React }]: Parameters<Wrapper<{ content: unknown }>>) {
  return (props: { content: unknown }) => {
    const [, url] =
      /"authorizationUrl":\s*"([^"]+)"/.exec(typeof props.content === 'string' ? props.content : '') ?? [];
    const attributes = { className: 'btn authorize authorization-link', href: url, target: '_blank', rel: 'opener' };
    // A response of a provider, through the proxy, may have such a member too.
    const isOurs = url !== undefined && URL.canParse(url) && new URL(url).origin === location.origin;
    const link = !isOurs ? null : React.createElement('a', attributes, 'Open the authorization page');
    return React.createElement(React.Fragment, null, link, React.createElement(Original, props));
  };
}
