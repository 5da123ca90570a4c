import { AUDIO_CODECS, VIDEO_CODECS } from './safety-args.ts';
import type { AudioTrack, Packet, SourceFacts, VideoTrack } from './source-facts.ts';

/** The tracks to work on, chosen once: every later command names them by index. */
export interface ChosenStreams {
  readonly video: VideoTrack | null;
  readonly audio: AudioTrack | null;
}

/** A track this much shorter than the longest is a still, a preview or a thumbnail strip. */
const STILL_SHARE = 0.1;

/**
 * The first picture track that is a moving picture we can decode. Not the largest: a motion photo carries one big still beside
 * the clip, and an edited clip carries previews. Not blindly the first either, for the still may come first.
 */
export function chooseStreams(facts: SourceFacts, packets: readonly Packet[]): ChosenStreams {
  const shown = (track: VideoTrack): number => packets.filter((packet) => packet.stream === track.index && !packet.isDiscarded).length;
  const candidates = facts.video
    .filter((track) => !track.isCoverArt && VIDEO_CODECS.has(track.codec))
    .map((track) => ({ track, pictures: shown(track) }));
  const most = Math.max(0, ...candidates.map(({ pictures }) => pictures));
  return {
    video: candidates.find(({ pictures }) => pictures >= most * STILL_SHARE)?.track ?? null,
    audio: facts.audio.find((track) => AUDIO_CODECS.has(track.codec) && track.channels > 0) ?? null,
  };
}
