import type { operations } from '../../domain/generated/openapi.ts';
import type { Tenant } from '../platform/tenant.ts';
import type { MediaFile, TextStream } from '../services/contracts.ts';

export type OperationId = keyof operations;

/** Operations with `security: []`. The generated types do not carry security, so the start compares this list with the spec. */
export const PUBLIC_OPERATIONS = [
  'getLiveness',
  'getReadiness',
  'streamPlaybackFile',
  'openLink',
] as const satisfies readonly OperationId[];
export type PublicOperation = (typeof PUBLIC_OPERATIONS)[number];

export type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

type Given<T> = [NonNullable<T>] extends [never] ? object : DeepReadonly<NonNullable<T>>;
type Parameters<Id extends OperationId> = operations[Id]['parameters'];

/** Node spells header names in lower case. */
type HeadersOf<Id extends OperationId> = {
  readonly [Name in keyof Given<Parameters<Id>['header']> as Lowercase<Name & string>]: Given<Parameters<Id>['header']>[Name];
};

type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : undefined;

/** What the spec says of a request, after the validator has proven it. */
type SpecRequest<Id extends OperationId> = {
  readonly path: Given<Parameters<Id>['path']>;
  readonly query: Given<Parameters<Id>['query']>;
  readonly headers: HeadersOf<Id>;
  readonly body: BodyOf<Id>;
  readonly requestId: string;
};

export type OperationRequest<Id extends OperationId> = SpecRequest<Id> &
  (Id extends PublicOperation ? object : { readonly tenant: Tenant });

/** Bytes. 200 or 206 follows from the file's range. */
export interface MediaAnswer {
  readonly media: MediaFile;
}

/** Lines, as many as there turn out to be. */
export interface StreamAnswer {
  readonly stream: TextStream;
}

type AnswerWith<Response, Status> = Response extends { content: { 'application/json': infer Body } }
  ? { readonly status: Status; readonly body: DeepReadonly<Body> }
  : Response extends { content?: never }
    ? { readonly status: Status }
    : Response extends { content: { 'application/x-ndjson': unknown } }
      ? StreamAnswer
      : MediaAnswer;

type Responses<Id extends OperationId> = operations[Id]['responses'];
type SuccessOf<Id extends OperationId> = keyof Responses<Id> & (200 | 201 | 202 | 204);

/** The good answers of the spec; every other answer is a thrown `DomainError`. */
export type OperationAnswer<Id extends OperationId> = {
  [Status in SuccessOf<Id>]: AnswerWith<Responses<Id>[Status], Status>;
}[SuccessOf<Id>];

/** Any operation, to what treats them all alike. */
export interface AnyRequest {
  readonly tenant: Tenant | null;
  readonly path: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly requestId: string;
}
export type AnyAnswer = { readonly status: number; readonly body?: unknown } | MediaAnswer | StreamAnswer;
export type AnyHandler = (request: AnyRequest) => Promise<AnyAnswer>;

/** One function for every operation of the spec: a missing one, and one with other types, does not compile. */
export type Handlers = { readonly [Id in OperationId]: (request: OperationRequest<Id>) => Promise<OperationAnswer<Id>> };
