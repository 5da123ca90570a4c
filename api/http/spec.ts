import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type Access = 'public' | 'session' | 'secretKey';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/** What the HTTP layer needs to know of one operation. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** As the spec writes it: `/api/v1/videos/{videoId}`. Safe to log. */
  readonly path: string;
  readonly access: Access;
  readonly hasBody: boolean;
  /** Header parameters, in lower case. */
  readonly headers: readonly string[];
  /** Null where more than a few short texts must be checked. */
  readonly plain: PlainParameters | null;
}

type Check = (text: string) => boolean;

/** Checks by name, where texts in path and query are all there is to check: no body, nothing required but the path, headers of any text. */
export interface PlainParameters {
  readonly path: ReadonlyMap<string, Check>;
  readonly query: ReadonlyMap<string, Check>;
}

type Requirement = Readonly<Record<string, readonly string[]>>;

type Parameters = readonly (ParameterObject & { readonly $ref?: string })[];

interface OperationObject {
  readonly operationId: string;
  readonly security?: readonly Requirement[];
  readonly requestBody?: unknown;
  readonly parameters?: Parameters;
}

interface ParameterObject {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** The members of an OpenAPI 3.1 document that are read here; the rest is for the validator. */
export interface SpecDocument {
  readonly security?: readonly Requirement[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, OperationObject>>> & { readonly parameters?: Parameters }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly parameters?: Readonly<Record<string, ParameterObject>>;
  };
}

/** Read once, at start. */
export const readSpec = (): SpecDocument => parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as SpecDocument;

const accessOf = (requirements: readonly Requirement[]): Access => {
  const schemes = requirements.flatMap((requirement) => Object.keys(requirement));
  if (schemes.length === 0) return 'public';
  return schemes.includes('session') ? 'session' : 'secretKey';
};

/** Every operation, addresses without parameters first: `/play/{leaseId}/renew` comes before `/play/{leaseId}/{fileName}`. */
export function operationsOf(spec: SpecDocument): readonly Operation[] {
  const parameterCount = (path: string): number => path.split('{').length - 1;
  return Object.entries(spec.paths)
    .sort(([a], [b]) => parameterCount(a) - parameterCount(b))
    .flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const object = item[method];
        return object ? [describe(path, method, object, { spec, shared: item.parameters ?? [] })] : [];
      }),
    );
}

interface Place {
  readonly spec: SpecDocument;
  /** Parameters of every operation at the address. */
  readonly shared: Parameters;
}

function describe(path: string, method: Method, object: OperationObject, { spec: { security, components }, shared }: Place): Operation {
  const parameters = [...shared, ...(object.parameters ?? [])].map(
    (parameter) => components.parameters?.[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter,
  );
  const hasBody = object.requestBody !== undefined;
  return {
    ...{ id: object.operationId, method, path, hasBody },
    access: accessOf(object.security ?? security ?? []),
    headers: parameters.flatMap(({ name, in: place }) => (place === 'header' && name ? [name.toLowerCase()] : [])),
    plain: hasBody ? null : plainOf(parameters, components.schemas),
  };
}

function plainOf(parameters: readonly ParameterObject[], schemas: SpecDocument['components']['schemas']): PlainParameters | null {
  const path = new Map<string, Check>();
  const query = new Map<string, Check>();
  for (const { name = '', in: place, required = false, schema = {} } of parameters) {
    const check = checkOf((schemas[refName(schema)] ?? schema) as Readonly<Record<string, unknown>>);
    if (check === null || (required && place !== 'path')) return null;
    if (place === 'path') path.set(name, check);
    else if (place === 'query') query.set(name, check);
    else if (place !== 'header' || check !== anyText) return null;
  }
  return { path, query };
}

const refName = ({ $ref }: Readonly<Record<string, unknown>>): string => (typeof $ref === 'string' ? ($ref.split('/').at(-1) ?? '') : '');

const anyText: Check = () => true;

/** No more than the few keywords that are read here; null for any other schema. */
function checkOf({ type, pattern, format, enum: values, maxLength, ...more }: Readonly<Record<string, unknown>>): Check | null {
  // What our pattern of an id accepts, the format accepts too.
  if (type !== 'string' || Object.keys(more).length > 0 || (format !== undefined && !(format === 'uuid' && pattern === ID_PATTERN)))
    return null;
  const checks: Check[] = [
    ...(typeof pattern === 'string' ? [matches(new RegExp(pattern, 'u'))] : []),
    ...(Array.isArray(values) ? [(text: string) => values.includes(text)] : []),
    // Counted in UTF-16, which is never fewer than in characters.
    ...(typeof maxLength === 'number' ? [(text: string) => text.length <= maxLength] : []),
  ];
  return checks.length === 0 ? anyText : (text) => checks.every((check) => check(text));
}

const ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

/** `/videos/{videoId}` → `/videos/:videoId`. */
export const routeOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
