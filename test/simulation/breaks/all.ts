import type { Break } from './break.ts';
import { decidingBreaks } from './deciding.ts';
import { keepingBreaks } from './keeping.ts';
import { recordingBreaks } from './recording.ts';
import { timeBreaks } from './time.ts';

/** Every break that the simulation is known to find, and must go on finding. */
export const breaks: readonly Break[] = [...timeBreaks, ...keepingBreaks, ...decidingBreaks, ...recordingBreaks];
