import type { Finding, Ladder, Rendition, Rules, Watched } from './findings.ts';
import { bytesOf, MASTER, textOf, type LadderFiles } from './ladder-files.ts';
import { readMaster, readMedia } from './playlist.ts';
import { masterRules } from './rules-of-master.ts';
import { pictureRules } from './rules-of-pictures.ts';
import { playlistRules } from './rules-of-playlists.ts';
import { soundRules } from './rules-of-sound.ts';
import { stillRules } from './rules-of-stills.ts';

const RULES: readonly Rules[] = [masterRules, playlistRules, pictureRules, stillRules, soundRules];

/** Holds a ladder against RFC 8216, and against the frames that it must show. */
export async function examine(watched: Watched): Promise<readonly Finding[]> {
  const { files } = watched;
  const master = readMaster(textOf(files, MASTER));
  const ladder: Ladder = {
    ...{ ...watched, master },
    pictures: master.variants.map(({ uri }) => rendition(files, uri)),
    sounds: master.sounds.map(({ uri }) => rendition(files, uri)),
  };
  const findings: Finding[] = [];
  for (const rules of RULES) findings.push(...(await rules(ladder)));
  return findings;
}

function rendition(files: LadderFiles, uri: string): Rendition {
  const playlist = readMedia(textOf(files, uri));
  const segments = playlist.entries.map((entry) => bytesOf(files, entry.uri));
  return { ...playlist, name: uri.replace('.m3u8', ''), init: bytesOf(files, playlist.map), segments };
}
