import type { VideoAnalysisClient } from '../client/client.ts';
import { mustBeUploadable } from './file-check.ts';
import { browserMemory } from './memory.ts';
import { fileReading } from './reading.ts';
import { browserSurroundings } from './surroundings.ts';
import { Upload, type ClipDetails } from './upload.ts';
import { apiWire } from './wire.ts';

/**
 * Uploads a file in parts and follows it until it can be played. Survives lost connections, pauses and, when the same file is
 * chosen again, reloads. Follow it with `subscribe` and `progress`; failures are told there.
 *
 * @param details `title` is the file's name without its ending unless told.
 * @throws ApiProblem at once for a file that is empty or no video; nothing has been sent then.
 */
export function uploadVideo(client: VideoAnalysisClient, file: File, details: Partial<ClipDetails> = {}): Upload {
  return new Upload(
    file,
    { title: titleOf(file), ...details, contentType: mustBeUploadable(file) },
    { wire: apiWire(client), memory: browserMemory(client.endpoint), world: browserSurroundings, reading: fileReading },
  );
}

/** A file's name as a title: without its ending, within the contract's 200 characters. */
export const titleOf = ({ name }: File): string => name.replace(/\.[^.]{1,5}$/, '').slice(0, 200) || name.slice(0, 200);
