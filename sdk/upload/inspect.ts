import type { InputVideoTrack, MetadataTags } from 'mediabunny';
import type { ClipFacts } from './clip-facts.ts';

/** Enough to tell a rate, and little enough that a file without an index is not read through. */
const PACKETS_FOR_RATE = 240;

/** Where Android phones note the rate at which they filmed: 32-bit float, big-endian. */
const CAPTURE_TAG = 'com.android.capture.fps';

/** Looks into the container. The reader is loaded when the first file is chosen. @returns null for what no container known to it is */
export async function inspectClip(file: Blob): Promise<ClipFacts | null> {
  const { ALL_FORMATS, BlobSource, Input } = await import('mediabunny');
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  try {
    if (!(await input.canRead())) return null;
    const track = await input.getPrimaryVideoTrack();
    const seconds = await input.getDurationFromMetadata();
    const captureFps = captureFpsOf(await input.getMetadataTags());
    return {
      picture: track && (await pictureOf(track)),
      durationMs: seconds !== null && Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : null,
      fps: track && (await fpsOf(track)),
      captureFps,
    };
  } catch {
    // A damaged file fails anywhere in the reader; to a person it is one thing.
    return null;
  } finally {
    input.dispose();
  }
}

async function pictureOf(track: InputVideoTrack): Promise<ClipFacts['picture']> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  return { width, height, rotation: await track.getRotation(), isHdr: await track.hasHighDynamicRange() };
}

async function fpsOf(track: InputVideoTrack): Promise<number | null> {
  const { packetCount, averagePacketRate } = await track.computePacketStats(PACKETS_FOR_RATE);
  return packetCount > 1 && Number.isFinite(averagePacketRate) ? averagePacketRate : null;
}

function captureFpsOf({ raw }: MetadataTags): number | null {
  const tag = raw?.[CAPTURE_TAG];
  const fps = tag instanceof Uint8Array && tag.length === 4 ? new DataView(tag.buffer, tag.byteOffset, 4).getFloat32(0) : Number(tag);
  return fps > 0 && fps <= 10_000 ? fps : null;
}
