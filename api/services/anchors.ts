import { checkAnchor, type Anchor } from '../../domain/annotation/anchor.ts';
import { frameIndex, type FrameIndexData } from '../../domain/frames/frame-index.ts';
import { AnnotationModel } from '../platform/models/annotation.ts';
import type { TenantScope } from '../platform/tenant.ts';

/**
 * Compares what each drawing of a video was pinned to with a rendition that is being published, and keeps the answer with the drawing.
 * The pin and the document stay the author's: the next rendition is compared with the same.
 */
export async function checkAnchors(
  scope: TenantScope,
  videoId: string,
  rendition: { readonly frameIndex: FrameIndexData; readonly pictureHashes: Uint8Array },
): Promise<void> {
  const drawings = await AnnotationModel.within(scope).where({ videoId }).whereNull('deletedAt').orderBy('id');
  if (drawings.length === 0) return;
  const index = frameIndex(rendition.frameIndex);
  const target = {
    pictureHashes: rendition.pictureHashes,
    frameCount: index.count,
    ptsMsOf: (frame: number) => index.ptsOf(frame) * 1000,
  };
  for (const { id, document, ptsMs, pictureHash, anchorState, anchorShift } of drawings) {
    const now = columnsOf(checkAnchor({ frame: document.frame, ptsMs, pictureHash }, target));
    if (now.anchorState === anchorState && now.anchorShift === anchorShift) continue;
    // A change like any other to who asks what is new; not a new version, because nobody drew.
    const { rows } = await scope.trx.raw<{ rows: { seq: number }[] }>(`select nextval('annotation_change_seq') as seq`);
    await AnnotationModel.within(scope)
      .where('id', id)
      .patch({ ...now, changeSeq: rows[0]?.seq ?? 0 });
    await scope.emit('annotation.anchor_checked', { videoId, annotationId: id, state: now.anchorState });
  }
}

const columnsOf = (anchor: Anchor): Pick<AnnotationModel, 'anchorState' | 'anchorShift'> => ({
  anchorState: anchor.state,
  anchorShift: anchor.state === 'shifted' ? anchor.frames : 0,
});
