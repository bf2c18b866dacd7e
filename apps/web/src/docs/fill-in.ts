import { onCallbackMessage, type CallbackMessage } from '@causeway/client/browser';
import type { Plugin, System } from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import { valuesFrom, type LinkedDocument } from './links.js';

/** Fills ids and codes that a response has into the other operations, so that each can be executed as it is shown. */
export const fillIn: Plugin = {
  statePlugins: {
    spec: {
      wrapActions: {
        setResponse: (original, system) => (path, method, response) => {
          const { paths } = documentOf(system);
          fill(system, paths[path]?.[method]?.operationId, response.status ?? 0, response.body);
          return original(path, method, response);
        },
      },
    },
  },
  afterLoad(system) {
    const onMessage = ({ connectionId, finishCode }: CallbackMessage) => {
      if (connectionId !== undefined) fill(system, 'getUserConnection', 200, { id: connectionId });
      if (finishCode !== undefined) setBody(system, ['/connections/finish', 'post'], { finishCode });
    };
    // Never aborted: as long as the page is open.
    onCallbackMessage(location.origin, onMessage, new AbortController().signal);
  },
};

function fill(system: System, operationId: string | undefined, status: number, body: unknown): void {
  if (operationId === undefined) return;
  for (const known of valuesFrom(documentOf(system), operationId, status, body)) {
    const pathMethod: [string, string] = [known.path, known.method];
    if ('requestBody' in known) setBody(system, pathMethod, known.requestBody);
    else system.specActions.changeParam(pathMethod, known.parameter.name, known.parameter.in, known.value, false);
  }
}

/** In the examples, from which Swagger UI fills in a body; members that are not known keep their values. */
function setBody(system: System, [path, method]: [string, string], known: object): void {
  const document = documentOf(system);
  const { examples = {} } = document.paths[path]?.[method]?.requestBody?.content['application/json'] ?? {};
  for (const example of Object.values(examples)) example.value = { ...example.value, ...known };
  system.specActions.updateJsonSpec(document);
}

const documentOf = (system: System) => system.specSelectors.specJson().toJS() as LinkedDocument;
