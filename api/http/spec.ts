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
}

type Requirement = Readonly<Record<string, readonly string[]>>;

interface OperationObject {
  readonly operationId: string;
  readonly security?: readonly Requirement[];
  readonly requestBody?: unknown;
  readonly parameters?: readonly (ParameterObject & { readonly $ref?: string })[];
}

interface ParameterObject {
  readonly name?: string;
  readonly in?: string;
}

/** The members of an OpenAPI 3.1 document that are read here; the rest is for the validator. */
export interface SpecDocument {
  readonly security?: readonly Requirement[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, OperationObject>>>>>;
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
        return object ? [describe(path, method, object, spec)] : [];
      }),
    );
}

const describe = (path: string, method: Method, object: OperationObject, { security, components }: SpecDocument): Operation => ({
  id: object.operationId,
  method,
  path,
  access: accessOf(object.security ?? security ?? []),
  hasBody: object.requestBody !== undefined,
  headers: (object.parameters ?? [])
    .map((parameter) => components.parameters?.[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter)
    .flatMap(({ name, in: place }) => (place === 'header' && name ? [name.toLowerCase()] : [])),
});

/** `/videos/{videoId}` → `/videos/:videoId`. */
export const routeOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
