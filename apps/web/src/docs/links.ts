interface Operation {
  operationId?: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { examples?: Record<string, { value: object }> }> };
  responses?: Record<string, { links?: Record<string, Link> }>;
}

interface Link {
  operationId: string;
  parameters?: Record<string, string>;
  requestBody?: Record<string, string>;
}

/** The part of an OpenAPI document that links are in. */
export interface LinkedDocument {
  paths: Record<string, Record<string, Operation>>;
}

/** What a response says about a later request to this operation. */
export type Known = { path: string; method: string } & (
  { parameter: { name: string; in: string }; value: string } | { requestBody: Record<string, unknown> }
);

const BODY = '$response.body#';

/** The values that the links of a response find in its body. */
export function valuesFrom(document: LinkedDocument, operationId: string, status: number, body: unknown): Known[] {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const find = (id: string) => operations.find(({ operation }) => operation.operationId === id);
  const links = Object.values(find(operationId)?.operation.responses?.[status]?.links ?? {});
  return links.flatMap((link): Known[] => {
    const target = find(link.operationId);
    if (target === undefined) return [];
    const { path, method, operation } = target;
    const parameters = Object.entries(link.parameters ?? {}).flatMap(([name, expression]) => {
      const value = evaluate(expression, body);
      const parameter = operation.parameters?.find((one) => one.name === name);
      return typeof value === 'string' && parameter ? [{ path, method, parameter, value }] : [];
    });
    const members = Object.entries(link.requestBody ?? {}).map(([name, text]) => [name, evaluate(text, body)] as const);
    const isComplete = members.length > 0 && members.every(([, value]) => value !== undefined);
    return [...parameters, ...(isComplete ? [{ path, method, requestBody: Object.fromEntries(members) }] : [])];
  });
}

/** A runtime expression of OpenAPI with a JSON Pointer into the body. */
function evaluate(expression: string, body: unknown): unknown {
  if (!expression.startsWith(BODY)) return undefined;
  const names = expression.slice(BODY.length + 1).split('/');
  return names.reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);
}
