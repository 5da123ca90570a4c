import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readFragments, type Fragment, type FragmentedFile } from './ladder-boxes.ts';
import type { Segment, Track } from './ladder-playlists.ts';

/** What a fragmented MP4 of ours holds. */
export async function inspectFragments(file: string): Promise<FragmentedFile> {
  const handle = await open(file);
  try {
    const readAt = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    return await readFragments(readAt, (await stat(file)).size);
  } finally {
    await handle.close();
  }
}

/** Segments by the fragments they are made of, the first fragment of each being one that `begins` says yes to. */
export function groupFragments(fragments: readonly Fragment[], begins: (fragment: Fragment, frame: number) => boolean): Fragment[][] {
  const groups: Fragment[][] = [];
  let frame = 0;
  for (const fragment of fragments) {
    const group = groups.at(-1);
    if (!group || begins(fragment, frame)) groups.push([fragment]);
    else group.push(fragment);
    frame += fragment.samples;
  }
  return groups;
}

/** A segment begins with the first fragment at or after each of these times; where sound has a gap, two share one. */
export function fragmentsByTime({ fragments, timescale }: FragmentedFile, seconds: readonly number[]): Fragment[][] {
  let next = 1;
  return groupFragments(fragments, ({ startTicks }) => {
    const before = next;
    while (next < seconds.length && startTicks / timescale >= (seconds[next] ?? Number.POSITIVE_INFINITY)) next += 1;
    return next > before;
  });
}

/** Writes the initialisation segment and the media segments as files of their own, and removes the one file they were. */
export async function cutTrack(
  file: string,
  name: string,
  { initBytes, timescale, codec, channels }: FragmentedFile,
  groups: readonly (readonly Fragment[])[],
  directory: string,
): Promise<Track> {
  const initName = `${name}-init.mp4`;
  await copyBytes(file, 0, initBytes, join(directory, initName));
  const segments: Segment[] = [];
  for (const group of groups) {
    const segment = segmentOf(`${name}-${String(segments.length + 1).padStart(5, '0')}.m4s`, group);
    await copyBytes(file, group[0]?.offset ?? 0, segment.sizeBytes, join(directory, segment.name));
    segments.push(segment);
  }
  await rm(file);
  return { name, timescale, codec, channels, initName, segments };
}

function segmentOf(name: string, group: readonly Fragment[]): Segment {
  const begin = group[0]?.offset ?? 0;
  const sum = (of: (fragment: Fragment) => number): number => group.reduce((total, fragment) => total + of(fragment), 0);
  return {
    name,
    sizeBytes: sum(({ sizeBytes }) => sizeBytes),
    durationTicks: sum(({ durationTicks }) => durationTicks),
    samples: sum(({ samples }) => samples),
    stills: group
      .filter(({ startsWithSync }) => startsWithSync)
      .map(({ offset, firstSampleEnd, durationTicks }) => ({ offset: offset - begin, sizeBytes: firstSampleEnd, durationTicks })),
  };
}

const copyBytes = (file: string, start: number, length: number, to: string): Promise<void> =>
  pipeline(createReadStream(file, { start, end: start + length - 1 }), createWriteStream(to, { mode: 0o600 }));
