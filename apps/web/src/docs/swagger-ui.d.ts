/** The members of Swagger UI that are used here. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  import type { ComponentType, createElement, Fragment } from 'react';

  export interface SwaggerRequest {
    url: string;
    userFetch?: typeof fetch;
  }

  export interface System {
    React: { createElement: typeof createElement; Fragment: typeof Fragment };
    layoutActions: { parseDeepLinkHash(hash: string): void };
    specSelectors: { specJson(): { toJS(): unknown } };
    specActions: {
      updateJsonSpec(document: unknown): void;
      changeParam(pathMethod: [string, string], name: string, place: string, value: string, isXml: boolean): void;
    };
  }

  type SetResponse = (path: string, method: string, response: { status?: number; body?: unknown }) => unknown;

  export type Wrapper<Props> = (original: ComponentType<Props>, system: System) => ComponentType<Props>;

  export interface Plugin {
    afterLoad?(system: System): void;
    statePlugins?: { spec: { wrapActions: { setResponse: (original: SetResponse, system: System) => SetResponse } } };
    wrapComponents?: { responseBody?: Wrapper<{ content: unknown }>; DeepLink?: Wrapper<{ text: string }> };
  }

  export default function SwaggerUI(options: {
    dom_id: string;
    url: string;
    deepLinking: boolean;
    syntaxHighlight: { theme: string };
    requestInterceptor: (request: SwaggerRequest) => SwaggerRequest;
    plugins: Plugin[];
  }): void;
}
