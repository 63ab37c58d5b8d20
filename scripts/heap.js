/**
 * V8 sizes its heap by the machine: of 24 GiB it lets 300 MiB of garbage lie beside 50 MiB of data, and copies up to 64 MiB
 * at one go while nothing else runs. Leasehold needs little; what NODE_OPTIONS says already wins.
 * @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv}
 */
export const withBoundedHeap = (env) => ({
  ...env,
  NODE_OPTIONS: `--max-semi-space-size=16 --max-old-space-size=512 ${env['NODE_OPTIONS'] ?? ''}`.trim(),
});
