/** The members of Swagger UI that are used here. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  import type { ComponentType, createElement, Fragment } from 'react';

  export interface SwaggerRequest {
    url: string;
    userFetch?: typeof fetch;
  }

  export interface System {
    React: { createElement: typeof createElement; Fragment: typeof Fragment };
    specSelectors: { specJson(): { toJS(): unknown } };
    specActions: {
      changeParam(pathMethod: [string, string], name: string, place: string, value: string, isXml: boolean): void;
    };
    oas3Actions: { setRequestBodyValue(given: { value: string; pathMethod: [string, string] }): void };
  }

  type SetResponse = (path: string, method: string, response: { status?: number; text?: string }) => unknown;

  interface ResponseBodyProps {
    content: unknown;
  }

  export interface Plugin {
    afterLoad?(system: System): void;
    statePlugins?: {
      spec: { wrapActions: { setResponse: (original: SetResponse, system: System) => SetResponse } };
    };
    wrapComponents?: {
      responseBody: (original: ComponentType<ResponseBodyProps>, system: System) => ComponentType<ResponseBodyProps>;
    };
  }

  interface Options {
    dom_id: string;
    url: string;
    deepLinking: boolean;
    tryItOutEnabled?: boolean;
    requestInterceptor: (request: SwaggerRequest) => SwaggerRequest;
    plugins: Plugin[];
  }

  export default function SwaggerUI(options: Options): void;
}
