import { existsSync } from 'node:fs';

/** Something a suite can use and a clone does not bring. */
interface Input {
  readonly step: string;
  readonly variable: string;
  /** Serves where the variable is unset. */
  readonly program?: string;
  /** What does not run, or runs on less, for want of it. */
  readonly without: string;
}

/** Debian's, where no other is named. */
const CLAMD = '/usr/sbin/clamd';

const INPUTS: readonly Input[] = [
  { step: 'integration', variable: 'S3_TEST_ENDPOINT', without: 'the object store contract and the crash matrix against an S3 engine' },
  {
    step: 'integration',
    variable: 'CLAMD_PATH',
    program: CLAMD,
    without: 'the malware scan by a real clamd (api/test/scan.integration.test.ts): apt-get install clamav-daemon',
  },
  { step: 'media', variable: 'MEDIA_DIR', without: 'the suite over real footage (worker/test/media-corpus.media.test.ts)' },
  { step: 'frames', variable: 'MEDIA_DIR', without: 'the counter clips of MEDIA_DIR; clips drawn here took their place' },
  { step: 'e2e', variable: 'MEDIA_DIR', without: 'the upload of a real phone clip, and previews of real clips' },
];

/** What a step leaves out in this environment, with the variable that would change it. */
export const leftOut = (step: string, env: NodeJS.ProcessEnv): readonly string[] =>
  INPUTS.filter(
    (input) => input.step === step && env[input.variable] === undefined && !(input.program !== undefined && existsSync(input.program)),
  ).map(({ variable, without }) => `${without} (${variable} is absent)`);
