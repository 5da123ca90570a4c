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
  /** Patterns by name, where the path's parameters are all there is to check: no body, no query, and headers of any text. */
  readonly plainPath: Readonly<Record<string, RegExp>> | null;
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
    plainPath: hasBody ? null : plainPathOf(parameters),
  };
}

function plainPathOf(parameters: readonly ParameterObject[]): Operation['plainPath'] {
  const patterns: Record<string, RegExp> = {};
  for (const { name = '', in: place, required = false, schema = {} } of parameters) {
    const { type, pattern, ...more } = schema;
    if (type !== 'string' || Object.keys(more).length > 0) return null;
    if (place === 'path' && typeof pattern === 'string') patterns[name] = new RegExp(pattern, 'u');
    else if (place !== 'header' || pattern !== undefined || required) return null;
  }
  return patterns;
}

/** `/videos/{videoId}` → `/videos/:videoId`. */
export const routeOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
