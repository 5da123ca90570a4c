import { join } from 'node:path';
import {
  ANALYSIS_FILE,
  POSTER_FILE,
  STORYBOARD_FILE,
  STORYBOARD_IMAGE_FILE,
  WAVEFORM_FILE,
  type RenditionFile,
} from '../../api/platform/models/rendition.ts';
import { renditionPrefix } from '../../api/platform/object-keys.ts';
import type { KillPointCheck } from '../../api/platform/kill-points.ts';
import type { ObjectStore } from '../../api/platform/object-store.ts';
import { tenantStore } from '../../api/platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../../api/platform/tenant.ts';
import { ConsentMissing } from '../../api/services/processing-consent.ts';
import type { Previews } from '../../api/services/previews.ts';
import type { Attempt, Processing, ProcessingRef } from '../../api/services/processing.ts';
import { fetchTo } from '../media/fetch-to.ts';
import { MediaError } from '../media/media-error.ts';
import { refusalMessage } from '../../domain/video/refusal-message.ts';
import { processSource, type Preview, type ProcessedSource } from '../media/process-source.ts';
import { isAsTold, sourceChecksum } from '../media/source-checksum.ts';
import type { MediaTools } from '../media/tools.ts';
import { inWorkspace } from '../media/workspace.ts';
import type { JobHandler } from '../runner.ts';

export interface VideoProcessDependencies {
  readonly processing: Processing;
  readonly previews: Previews;
  readonly store: ObjectStore;
  readonly tools: MediaTools;
  /** Looks at a source before any tool of ours opens it. @throws MediaError `MALWARE_FOUND`, `SCAN_FAIL` */
  readonly scan: (file: string, signal: AbortSignal) => Promise<void>;
  readonly workspaceRoot: string;
  /** Of the analysis rendition, in pixels. */
  readonly longestSide: number;
  readonly killPoint: KillPointCheck;
}

const PROGRESS_EVERY_MS = 1000;

/**
 * Makes what a source is played from. Safe to run twice, and at the same time: every attempt writes under its own prefix, and
 * only the latest one can publish.
 */
export const videoProcess = ({
  processing,
  previews,
  store,
  tools,
  scan,
  workspaceRoot,
  longestSide,
  killPoint,
}: VideoProcessDependencies): JobHandler<'video.process'> => ({
  async run(tenant, payload, { signal, settle }) {
    const attempt = await processing.begin(tenant, payload);
    if (attempt === null) return;
    const own = tenantStore(store, tenant.id, payload.videoId);
    const prefix = renditionPrefix(tenant.id, attempt.videoId, attempt.processingVersion, attempt.attemptId);
    let isPublished = false;
    try {
      await inWorkspace(workspaceRoot, async (directory) => {
        const source = join(directory, 'source');
        const checksumSha256 = await fetchSource(own, attempt, source, signal);
        await scan(source, signal);
        const made = await processSource({
          ...{ source, workspace: directory, limits: { ...attempt.limits, longestSide }, tools, signal },
          ...(attempt.wantsPreview && { onPreview: (preview) => showPreview(previews, own, tenant, attempt, preview) }),
          onProgress: reportNowAndThen((share) => processing.progress(tenant, attempt, share)),
        });
        const files = await storeFiles(own, prefix, outputsOf(made));
        killPoint('after_renditions_stored');
        signal.throwIfAborted();
        await publish(processing, tenant, attempt, made, { files, checksumSha256 }, settle);
        isPublished = true;
      });
    } finally {
      if (!isPublished) await leaveNothing(own, prefix, (isClean) => processing.leave(tenant, attempt, isClean));
    }
  },

  refusalOf: (error) => {
    if (error instanceof ConsentMissing) return { code: 'CONSENT_MISSING', isFinal: true };
    return error instanceof MediaError ? { code: error.code, isFinal: error.isRefusal || error.code === 'CHECKSUM_MISMATCH' } : null;
  },

  gaveUp: (tenant, payload: ProcessingRef, code) => processing.giveUp(tenant, payload, { code, message: refusalMessage(code) }),
});

async function publish(
  processing: Processing,
  tenant: Tenant,
  attempt: Attempt,
  { analysis, frameIndex, pictureHashes, facts }: ProcessedSource,
  { files, checksumSha256 }: { readonly files: Readonly<Record<string, RenditionFile>>; readonly checksumSha256: string },
  settle: (scope: TenantScope) => Promise<boolean>,
): Promise<void> {
  const { width, height } = analysis;
  await processing.publish(
    tenant,
    attempt,
    { files, frameIndex, pictureHashes, facts: { width, height, checksumSha256, ...facts } },
    settle,
  );
}

/** The attempt is over whether or not the store takes its files away; what it does not is left to the sweeper. */
async function leaveNothing(own: ObjectStore, prefix: string, leave: (isClean: boolean) => Promise<void>): Promise<void> {
  let isClean = false;
  try {
    await own.removePrefix(prefix);
    isClean = true;
  } finally {
    await leave(isClean);
  }
}

/**
 * The source into the workspace, counted and hashed on its way.
 * @returns its SHA-256. @throws MediaError `SOURCE_MISSING`, `CHECKSUM_MISMATCH`
 */
async function fetchSource(own: ObjectStore, attempt: Attempt, file: string, signal: AbortSignal): Promise<string> {
  const head = await own.head(attempt.sourceKey);
  if (head === null) throw new MediaError('SOURCE_MISSING', 'the store has no source object');
  const checksum = sourceChecksum();
  const bytes = await fetchTo(file, await own.read(attempt.sourceKey), (chunk) => checksum.update(chunk), signal);
  if (bytes !== attempt.sizeBytes) throw new Error(`read ${String(bytes)} bytes of ${String(attempt.sizeBytes)}`);
  const found = checksum.found();
  if (!isAsTold(attempt.told, found)) throw new MediaError('CHECKSUM_MISMATCH', 'the stored bytes are not the ones that were sent');
  return found.checksumSha256;
}

/** The source itself is watched until the encode is done: under the same leases, and under the names of what will replace it. */
async function showPreview(previews: Previews, own: ObjectStore, tenant: Tenant, attempt: Attempt, made: Preview): Promise<void> {
  const previewId = await previews.begin(tenant, attempt);
  if (previewId === null) return;
  const prefix = renditionPrefix(tenant.id, attempt.videoId, attempt.processingVersion, previewId);
  let isShown = false;
  try {
    const files = await storeFiles(own, prefix, [
      { name: ANALYSIS_FILE, file: made.video, contentType: 'video/mp4' },
      { name: POSTER_FILE, file: made.poster, contentType: 'image/jpeg' },
    ]);
    isShown = await previews.publish(tenant, attempt, previewId, { files, frameIndex: made.frameIndex, facts: made.facts });
  } finally {
    if (!isShown) await own.removePrefix(prefix);
  }
}

interface Output {
  readonly name: string;
  readonly file: string;
  readonly contentType: string;
}

const outputsOf = ({ analysis, poster, storyboard, waveform }: ProcessedSource): readonly Output[] => [
  { name: ANALYSIS_FILE, file: analysis.file, contentType: 'video/mp4' },
  { name: POSTER_FILE, file: poster.file, contentType: 'image/jpeg' },
  { name: STORYBOARD_IMAGE_FILE, file: storyboard.image, contentType: 'image/jpeg' },
  { name: STORYBOARD_FILE, file: storyboard.track, contentType: 'text/vtt' },
  ...(waveform ? [{ name: WAVEFORM_FILE, file: waveform.file, contentType: 'application/json' }] : []),
];

async function storeFiles(own: ObjectStore, prefix: string, outputs: readonly Output[]): Promise<Readonly<Record<string, RenditionFile>>> {
  const files: Record<string, RenditionFile> = {};
  for (const { name, file, contentType } of outputs) {
    const key = `${prefix}${name}`;
    await own.putFile(key, file, { contentType, mayTake: true });
    const head = await own.head(key);
    if (head === null) throw new Error('the store lost a file it had just taken');
    files[name] = { key, sizeBytes: head.sizeBytes, contentType };
  }
  return files;
}

/** Progress is a courtesy: it is told now and then, and when it cannot be told the work goes on. */
function reportNowAndThen(tell: (share: number) => Promise<void>): (share: number) => void {
  let nextAt = 0;
  return (share) => {
    const now = Date.now();
    if (now < nextAt) return;
    nextAt = now + PROGRESS_EVERY_MS;
    tell(share).catch(() => {
      nextAt = now + 10 * PROGRESS_EVERY_MS;
    });
  };
}
