import { cpus, totalmem } from 'node:os';

/** One measured thing: a value for each run, and the bound it must keep, if there is one. */
export type Figure = {
  readonly name: string;
  readonly unit: string;
  readonly runs: readonly number[];
  readonly bound?: { readonly kind: 'at most' | 'at least'; readonly value: number };
};

export type Section = {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly notes?: readonly string[];
};

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

export const isKept = ({ runs, bound }: Figure): boolean =>
  bound === undefined || (bound.kind === 'at most' ? median(runs) <= bound.value : median(runs) >= bound.value);

export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;

/** A table for people: median, spread over the runs, and the bound. */
export function printSection({ title, figures, notes = [] }: Section): string {
  const rows = figures.map((figure) => {
    const { name, unit, runs, bound } = figure;
    const spread = runs.length > 1 ? `${short(Math.min(...runs))} – ${short(Math.max(...runs))}` : '';
    const limit = bound === undefined ? '' : `${bound.kind} ${bound.value} ${isKept(figure) ? 'ok' : 'MISSED'}`;
    return `  ${name.padEnd(52)} ${`${short(median(runs))} ${unit}`.padStart(16)}  ${spread.padEnd(22)} ${limit}`.trimEnd();
  });
  return [title, ...rows, ...notes.map((note) => `  ${note}`), ''].join('\n');
}

const short = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
