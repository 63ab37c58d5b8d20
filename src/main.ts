import { startApp } from './app.ts';
import { readConfig } from './config.ts';
import { CodedError } from './lib/errors.ts';

/** Exit code for a configuration that cannot be used, as the README says. */
const BAD_CONFIG = 2;
const STOP_MS = 10_000;

const read = readConfig(process.env);
if (!read.ok) {
  for (const problem of read.problems) console.error(problem);
  process.exit(BAD_CONFIG);
}
for (const warning of read.warnings) console.error(warning);

try {
  const app = await startApp(read.config);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Bolt's own timers may outlive a clean stop; what matters is done by then.
      setTimeout(() => process.exit(1), STOP_MS).unref();
      app.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  console.error(error.message);
  process.exit(error.code === 'config_invalid' || error.code === 'policy_invalid' ? BAD_CONFIG : 1);
}
