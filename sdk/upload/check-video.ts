import { unwrap, type VideoAnalysisClient } from '../client/client.ts';
import { mustFit, roomWarning, warningsOf, type ClipFacts, type ClipWarning } from './clip-facts.ts';
import { mustBeUploadable } from './file-check.ts';
import { inspectClip } from './inspect.ts';
import { fileReading } from './reading.ts';
import type { OpenUploadList, UploadQuota } from './wire.ts';

export interface ClipCheck {
  /** Null when the container could not be read: the server may still be able to. */
  readonly facts: ClipFacts | null;
  readonly warnings: readonly ClipWarning[];
  /** A video of exactly this content that the person has uploaded before. */
  readonly duplicateOf: string | null;
  /** How much of its quota the tenant has used, without this file; null where it has none, or nobody told. */
  readonly quota: UploadQuota | null;
  /** Of the content; the same file has the same on every device. */
  readonly fingerprint: string;
}

/**
 * Looks at a file before its first byte is sent: into the container on this device, and at the server for limits and for the
 * same content. Without a network only the first half is done.
 *
 * @throws ApiProblem `upload.empty`, `upload.type_not_allowed`, `upload.too_large` (with `sizeBytes` and `maxSizeBytes`),
 * `file.unreadable`: sending it would be in vain.
 */
export async function checkVideo(client: VideoAnalysisClient, file: File): Promise<ClipCheck> {
  mustBeUploadable(file);
  const fingerprint = await fileReading.fingerprint(file);
  const [facts, known] = await Promise.all([inspectClip(file).catch(() => undefined), knownAbout(client, fingerprint)]);
  if (known) mustFit(file, known.limits);
  // The reader is loaded on demand: where that fails, nothing has been seen, and nothing is said.
  const seen = facts === undefined ? [] : warningsOf(facts, known?.limits ?? null);
  const noRoom = known ? roomFor(file, known) : null;
  return {
    facts: facts ?? null,
    warnings: noRoom === null ? seen : [...seen, noRoom],
    duplicateOf: known?.duplicateOf ?? null,
    quota: known?.quota ?? null,
    fingerprint,
  };
}

/** An upload that was begun has its room already. */
const roomFor = (file: File, { items, quota }: OpenUploadList): ClipWarning | null =>
  quota && items.length === 0 ? roomWarning(file, quota) : null;

/** A check is help, not a gate: what the server does not tell now, it says at the upload itself. */
const knownAbout = ({ api }: VideoAnalysisClient, fingerprint: string): Promise<OpenUploadList | null> =>
  unwrap(api.GET('/api/v1/media/uploads', { params: { query: { fingerprint } } })).catch(() => null);
