import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { KeycloakFailure } from './failure.js';

const leastJava = 17;

/** The JVM flags of kc.sh, without the ones that only matter in production. */
const jvmFlags = [
  '-Xms64m',
  '-Xmx512m',
  '-XX:MetaspaceSize=96M',
  '-XX:MaxMetaspaceSize=256m',
  '-XX:+UseG1GC',
  '-XX:+ExitOnOutOfMemoryError',
  '-Dfile.encoding=UTF-8',
  '-Duser.language=en',
  '-Duser.country=US',
  '--add-opens=java.base/java.util=ALL-UNNAMED',
  '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
  '--add-opens=java.base/java.security=ALL-UNNAMED',
  '--add-opens=java.base/java.lang=ALL-UNNAMED',
  '--enable-native-access=ALL-UNNAMED',
  '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
  '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
  '-Dpicocli.disable.closures=true',
];

/**
 * Finds Java. Throws `no_java` or `old_java`.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, fingerprint: string }} `fingerprint` changes with the JVM and the flags it gets
 */
export function findJava(env) {
  const home = env['JAVA_HOME'];
  const command = home === undefined || home === '' ? 'java' : path.join(home, 'bin', 'java');
  const { status, stderr } = spawnSync(command, ['-version'], { encoding: 'utf8', env });
  const version = /version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1];
  if (status !== 0 || version === undefined) {
    throw new KeycloakFailure(
      'no_java',
      `Java was not found (tried ${command}); install a JDK ${leastJava} or newer, or set JAVA_HOME.`,
    );
  }
  if (Number(version) < leastJava) {
    throw new KeycloakFailure(
      'old_java',
      `Java ${version} is too old for Keycloak; install a JDK ${leastJava} or newer, or set JAVA_HOME to one.`,
    );
  }
  return { command, fingerprint: [stderr, ...jvmFlags].join('\n') };
}

/**
 * The arguments that make java a Keycloak. `kc.sh` is bypassed: it reads JAVA_OPTS and the like from the person's
 * shell, and is one more process between us and the server. The home may be another folder than the distribution.
 *
 * @param {{ dist: string, home?: string, extra?: readonly string[] }} place
 * @param {readonly string[]} command for example `start --optimized`
 */
export function keycloakArguments({ dist, home = dist, extra = [] }, command) {
  return [
    ...extra,
    ...jvmFlags,
    `-Dkc.home.dir=${home}`,
    `-Djboss.server.config.dir=${path.join(dist, 'conf')}`,
    '-cp',
    path.join(dist, 'lib', 'quarkus-run.jar'),
    'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
    ...command,
  ];
}

/** Keycloak reads every KC_… variable as an option: a person's own would change the server. @param {NodeJS.ProcessEnv} env */
export function withoutKeycloakOptions(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('KC_')));
}
