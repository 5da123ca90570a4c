import type { ConsentPurpose, EvidenceMethod } from '../../domain/access/consent.ts';
import type { LinkState } from '../../domain/access/link-state.ts';
import type { ActorRole, LinkKind, Role, Scope, Visibility } from '../../domain/access/roles.ts';
import type { AnnotationDocument, KnownShape, KnownShapeType } from '../../domain/annotation/document.ts';
import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import type { components } from '../../domain/generated/openapi.ts';
import type { ProcessingErrorCode, QuotaKind } from '../../domain/video/limits.ts';
import type { VideoStatus } from '../../domain/video/status.ts';
import type { DeepReadonly } from './operation.ts';

/** The spec is for callers, the domain for us, and both name the same things. Where they drift apart, this file does not compile. */
type Spec = components['schemas'];

/** Identical, not merely assignable: an optional member on one side only is a difference. */
type Same<A, B> =
  (<T>(value: T) => T extends DeepReadonly<A> ? 1 : 2) extends <T>(value: T) => T extends DeepReadonly<B> ? 1 : 2 ? true : false;

type SpecKnownShape = Extract<Spec['Shape'], { type: KnownShapeType }>;
type WithoutShapes<Document extends { shapes: unknown }> = Omit<Document, 'shapes'>;

export type SpecEqualsDomain = [
  Proof<Same<Spec['Role'], Role>>,
  Proof<Same<Spec['ActorRole'], ActorRole>>,
  Proof<Same<Spec['Scope'], Scope>>,
  Proof<Same<Spec['Visibility'], Visibility>>,
  Proof<Same<Spec['LinkKind'], LinkKind>>,
  Proof<Same<Spec['LinkState'], LinkState>>,
  Proof<Same<Spec['ConsentPurpose'], ConsentPurpose>>,
  Proof<Same<Spec['ConsentEvidence']['method'], EvidenceMethod>>,
  Proof<Same<Spec['VideoStatus'], VideoStatus>>,
  Proof<Same<Spec['ProcessingErrorCode'], ProcessingErrorCode>>,
  Proof<Same<Spec['QuotaKind'], QuotaKind>>,
  Proof<Same<Spec['FrameIndex'], FrameIndexData>>,
  Proof<Same<SpecKnownShape, KnownShape>>,
  Proof<Same<WithoutShapes<Spec['AnnotationDocument']>, WithoutShapes<AnnotationDocument>>>,
];

type Proof<Claim extends true> = Claim;
