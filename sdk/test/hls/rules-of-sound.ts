import { wholeOf, type Finding, type Ladder } from './findings.ts';

/** In a packet of AAC (ISO/IEC 14496-3), at the rate that every rendition has. */
const [SAMPLES, RATE] = [1024, 48_000];

/** Of the sound: every segment stands alone, and nothing is missing between them. */
export async function soundRules({ sounds, probes }: Ladder): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const sound of sounds) {
    const packets = await probes.packets(wholeOf(sound));
    const gaps = packets.filter(({ seconds }, at) => !(Math.abs(seconds - (at * SAMPLES) / RATE) < 1e-4));
    const faults = gaps.slice(0, 3).map(({ seconds }) => `a packet at ${String(seconds)}`);
    for (const [at, segment] of sound.segments.entries())
      for (const complaint of await probes.complaints(Buffer.concat([sound.init, segment])))
        faults.push(`segment ${String(at)}: ${complaint}`);
    findings.push({
      rule: 'sound',
      says: `${sound.name}: ${String(sound.segments.length)} segments decode alone, ${String(packets.length)} packets without a gap from 0`,
      faults: packets.length > 0 ? faults : ['no packet'],
    });
  }
  return findings;
}
