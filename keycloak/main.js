// A Keycloak to work against by hand: node keycloak/main.js [port]. Ctrl-C ends it.
import { KeycloakFailure } from './failure.js';
import { startKeycloak } from './server.js';

try {
  const server = await startKeycloak({ port: Number(process.argv[2] ?? 0), onProgress: (line) => console.error(line) });
  console.log(
    `${server.url}/admin/  ${server.admin.username} / ${server.admin.password}  (pid ${server.pid}; Ctrl-C ends it)`,
  );
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => void server.stop());
  process.exitCode = await server.exited;
} catch (error) {
  if (!(error instanceof KeycloakFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
