import type { Env } from '../config.ts';

/** What a command may touch: its environment, standard output and standard error, a line each. */
export type Terminal = {
  readonly env: Env;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
};

/** 0: done and well; 1: done and not well, or broken off; 2: asked for in a way that cannot be done. */
export type ExitCode = 0 | 1 | 2;
