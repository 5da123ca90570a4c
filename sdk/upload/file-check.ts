import { UPLOAD_CONTENT_TYPES, type UploadContentType } from '../../domain/video/limits.ts';
import { ApiProblem } from '../client/problem.ts';

/** Systems without an entry for a file's kind give it no type; the name's end tells then. */
const TYPE_OF_ENDING: Readonly<Record<string, UploadContentType>> = {
  mp4: 'video/mp4',
  m4v: 'video/x-m4v',
  mov: 'video/quicktime',
  qt: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  ts: 'video/mp2t',
  mts: 'video/mp2t',
  m2ts: 'video/mp2t',
  '3gp': 'video/3gpp',
};

const isAllowed = (type: string): type is UploadContentType => (UPLOAD_CONTENT_TYPES as readonly string[]).includes(type);

const contentTypeOf = ({ name, type }: File): UploadContentType | undefined => {
  const declared = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (isAllowed(declared)) return declared;
  const byName = TYPE_OF_ENDING[name.split('.').at(-1)?.toLowerCase() ?? ''];
  return declared === '' || declared.startsWith('video/') || declared === 'application/octet-stream' ? byName : undefined;
};

/** What a file picker should offer. */
export const PICKER_ACCEPT = [...UPLOAD_CONTENT_TYPES, ...Object.keys(TYPE_OF_ENDING).map((ending) => `.${ending}`)].join(',');

/**
 * The media type to declare for a file.
 * @throws ApiProblem `upload.empty` or `upload.type_not_allowed`: what the server would refuse anyway, known before the first byte.
 */
export function mustBeUploadable(file: File): UploadContentType {
  if (file.size === 0) throw new ApiProblem({ code: 'upload.empty', status: 0 });
  const contentType = contentTypeOf(file);
  if (contentType === undefined) throw new ApiProblem({ code: 'upload.type_not_allowed', status: 0 });
  return contentType;
}
