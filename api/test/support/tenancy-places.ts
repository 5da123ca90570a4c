import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** One place in one operation where an id goes, for example `completeUpload body.videoId`. */
export interface IdPlace {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly at: 'path' | 'query' | 'body';
  /** Dotted path within that part; `0` for a member of a list. */
  readonly name: string;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly pattern?: string;
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}

interface Spec {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly parameters: Readonly<Record<string, Parameter>> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface SpecOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly needsSecretKey: boolean;
  readonly takesCursor: boolean;
  readonly places: readonly IdPlace[];
}

const isId = (schema: Schema): boolean =>
  schema.$ref === '#/components/schemas/Id' ||
  schema.$ref === '#/components/schemas/ExternalId' ||
  schema.pattern === '^[A-Za-z0-9_-]{43}$';

const lastOf = (ref: string): string => ref.split('/').at(-1) ?? '';

/** Every place below a schema that takes an id, whichever of several forms a value may have. A schema inside itself is looked at once. */
function idsIn(spec: Spec, schema: Schema, name: string, inside: readonly string[] = []): readonly string[] {
  if (isId(schema)) return [name];
  if (schema.$ref !== undefined && inside.includes(schema.$ref)) return [];
  const seen = schema.$ref === undefined ? inside : [...inside, schema.$ref];
  const found = schema.$ref === undefined ? schema : (spec.components.schemas[lastOf(schema.$ref)] ?? {});
  const below = (key: string): string => (name === '' ? key : `${name}.${key}`);
  return [
    ...Object.entries(found.properties ?? {}).flatMap(([key, value]) => idsIn(spec, value, below(key), seen)),
    ...(found.items ? idsIn(spec, found.items, below('0'), seen) : []),
    ...[found.oneOf, found.anyOf, found.allOf].flatMap((forms) => (forms ?? []).flatMap((form) => idsIn(spec, form, name, seen))),
  ];
}

/** Every operation of the contract with every place where it takes an id. */
export function readOperations(): readonly SpecOperation[] {
  const spec = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8')) as Spec;
  return Object.entries(spec.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      return operation ? [described(spec, { operation, method, path }, (item['parameters'] as Parameter[] | undefined) ?? [])] : [];
    }),
  );
}

function described(
  spec: Spec,
  { operation, method, path }: { readonly operation: Operation; readonly method: string; readonly path: string },
  shared: readonly Parameter[],
): SpecOperation {
  const { operationId, security } = operation;
  const parameters = [...shared, ...(operation.parameters ?? [])].map((parameter) =>
    parameter.$ref === undefined ? parameter : (spec.components.parameters[lastOf(parameter.$ref)] ?? {}),
  );
  const inUrl = parameters.flatMap(({ name = '', in: at, schema = {} }) =>
    isId(schema) && (at === 'path' || at === 'query') ? [{ operationId, method, path, at, name }] : [],
  );
  const body = operation.requestBody?.content['application/json'].schema;
  const names = new Set(body ? idsIn(spec, body, '') : []);
  return {
    ...{ operationId, method, path },
    places: [...inUrl, ...[...names].map((name) => ({ operationId, method, path, at: 'body' as const, name }))],
    isPublic: security?.length === 0,
    needsSecretKey: security?.some((scheme) => 'secretKey' in scheme) ?? false,
    takesCursor: parameters.some(({ name, in: at }) => name === 'cursor' && at === 'query'),
  };
}
