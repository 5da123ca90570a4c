import type { FrameIndex } from '../../../domain/frames/frame-index.ts';
import { startsWithIdr } from './boxes.ts';
import { wholeOf, type Finding, type Ladder, type Rendition } from './findings.ts';
import type { Packet, StreamFacts } from './probes.ts';

/** Of every rung's pictures: where they are, how they are cut and what is said of them. */
export async function pictureRules(ladder: Ladder): Promise<readonly Finding[]> {
  const { pictures, frames, probes, analysis } = ladder;
  const findings: Finding[] = [];
  const cuts: string[] = [];
  for (const [at, rung] of pictures.entries()) {
    const packets = await probes.packets(wholeOf(rung));
    const { starts, keys } = await cutOf(ladder, rung);
    cuts.push(starts.map((start) => start.toFixed(3)).join(' '));
    findings.push(framesFinding(rung, packets, frames), keys, extinfFinding(rung, starts, frames));
    findings.push(...(await variantFindings(ladder, at, rung)));
  }
  findings.push({
    rule: 'alignment',
    says: `segments of all rungs begin at the same times (${cuts[0] ?? ''})`,
    faults: cuts.filter((cut) => cut !== cuts[0]),
  });
  const top = pictures.at(-1);
  const [own, original] = [top ? await probes.pictureHashes(wholeOf(top)) : [], await probes.pictureHashes(analysis)];
  const other = original.findIndex((hash, frame) => hash !== own[frame]);
  findings.push({
    rule: 'top rung',
    says: `${top?.name ?? ''}: ${String(own.length)} coded pictures, bit for bit those of the analysis rendition`,
    faults:
      own.length === original.length && other < 0 && original.length > 0
        ? []
        : [`picture ${String(other)} of ${String(original.length)} is another`],
  });
  return findings;
}

function framesFinding({ name }: Rendition, packets: readonly Packet[], frames: FrameIndex): Finding {
  const off = packets.flatMap(({ seconds }, frame) =>
    frame < frames.count && Math.abs(seconds - (frames.ptsOf(frame) - frames.ptsOf(0))) < 2e-6 ? [] : [frame],
  );
  return {
    rule: 'frames',
    says: `${name}: ${String(packets.length)} frames, each where the analysis rendition has it`,
    faults: [
      ...(packets.length === frames.count ? [] : [`the analysis rendition has ${String(frames.count)}`]),
      ...off.map((frame) => `frame ${String(frame)} is at ${String(packets[frame]?.seconds)}`),
    ],
  };
}

/** Where each segment begins, and whether it stands alone. */
async function cutOf({ probes }: Ladder, { name, init, segments }: Rendition): Promise<{ starts: readonly number[]; keys: Finding }> {
  const starts: number[] = [];
  const faults: string[] = [];
  for (const [at, segment] of segments.entries()) {
    const alone = Buffer.concat([init, segment]);
    const [first] = await probes.packets(alone);
    starts.push(first?.seconds ?? Number.NaN);
    if (!first?.isKey || !startsWithIdr(segment)) faults.push(`segment ${String(at)} does not begin with an IDR picture`);
    faults.push(...(await probes.complaints(alone)).map((complaint) => `segment ${String(at)}: ${complaint}`));
  }
  const says = `${name}: each of ${String(starts.length)} segments begins with an IDR picture and decodes alone`;
  return { starts, keys: { rule: 'key pictures', says, faults } };
}

function extinfFinding({ name, entries }: Rendition, starts: readonly number[], frames: FrameIndex): Finding {
  const lengths = starts.map((start, at) => (starts[at + 1] ?? frames.durationSeconds) - start);
  return {
    rule: 'segment duration',
    says: `${name}: each EXTINF is how long its segment lasts`,
    faults: entries.filter(({ seconds }, at) => !(Math.abs(seconds - (lengths[at] ?? Number.NaN)) < 0.002)).map(({ uri }) => uri),
  };
}

/** H.264 profiles by the names ffprobe gives them (ITU-T H.264, annex A). */
const PROFILES: Readonly<Record<string, number>> = { 'Constrained Baseline': 66, Baseline: 66, Main: 77, High: 100 };

const NOTHING: StreamFacts = { profile: 'unknown', level: 0, width: 0, height: 0 };

async function variantFindings({ master, sounds, probes, frames }: Ladder, at: number, rung: Rendition): Promise<readonly Finding[]> {
  const attributes = master.variants[at]?.attributes ?? new Map<string, string>();
  const { profile, level, width, height } = (await probes.stream(wholeOf(rung))) ?? NOTHING;
  const avcC = rung.init.subarray(rung.init.indexOf('avcC') + 4);
  const expected = [`avc1.${avcC.toString('hex', 1, 4)}`, ...(sounds.length > 0 ? ['mp4a.40.2'] : [])].join(',');
  const [codecs, size, rate] = ['CODECS', 'RESOLUTION', 'FRAME-RATE'].map((name) => attributes.get(name) ?? 'nothing');
  const [average, fastest] = ratesOf(frames);
  return [
    {
      rule: 'codecs',
      says: `${rung.name}: CODECS="${codecs ?? ''}" is its ${profile} at level ${String(level)}`,
      faults: [
        ...(codecs === expected ? [] : [`the decoder configuration says ${expected}`]),
        ...(avcC[1] === PROFILES[profile] && avcC[3] === level ? [] : [`the pictures are ${profile} at level ${String(level)}`]),
      ],
    },
    {
      rule: 'resolution',
      says: `${rung.name}: RESOLUTION is its ${String(width)}x${String(height)}`,
      faults: size === `${String(width)}x${String(height)}` ? [] : [size ?? ''],
    },
    {
      rule: 'frame rate',
      says: `${rung.name}: FRAME-RATE ${rate ?? ''} is between the average and the fastest of its frames`,
      faults:
        Number(rate) >= average - 0.001 && Number(rate) <= fastest + 0.001 ? [] : [`they are ${String(average)} to ${String(fastest)}`],
    },
  ];
}

/** Frames a second over all, and at the fastest. */
function ratesOf(frames: FrameIndex): readonly [number, number] {
  let shortest = frames.durationSeconds;
  for (let frame = 1; frame < frames.count; frame += 1) shortest = Math.min(shortest, frames.ptsOf(frame) - frames.ptsOf(frame - 1));
  return [frames.count / frames.durationSeconds, 1 / shortest];
}
