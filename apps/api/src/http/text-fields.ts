import type { NestFastifyApplication } from '@nestjs/platform-fastify';

type Fields = Record<string, string | string[]>;

/**
 * The fields of a query or a form, as browsers write them: bytes that are no UTF-8 become U+FFFD, which no field of this API accepts. A name
 * that comes more than once has a list. The object inherits nothing, so any name may be in it; see `isTextFields`.
 */
export function parseTextFields(text: string): Fields {
  const fields = Object.create(null) as Fields;
  for (const [name, value] of new URLSearchParams(text)) {
    const given = fields[name];
    fields[name] = given === undefined ? value : [given, value].flat();
  }
  return fields;
}

/** Whether an object comes from `parseTextFields`: those of `JSON.parse` inherit from `Object`. */
export function isTextFields(value: object): boolean {
  return Object.getPrototypeOf(value) === null;
}

export function parseForms(app: NestFastifyApplication, bodyLimit: number): void {
  app.useBodyParser('application/x-www-form-urlencoded', { bodyLimit }, (_request, body, done) =>
    done(null, parseTextFields(String(body))),
  );
}
