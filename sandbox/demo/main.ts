// npm run demo            a real Keycloak, a local Slack and Leasehold between them, until Ctrl-C
// npm run demo -- --once  plays the whole journey unattended; exits 0 only if every step was seen in Keycloak itself
import { KeycloakFailure } from '../../keycloak/failure.js';
import { onOrphaned } from '../../scripts/orphan.js';
import { password, people } from '../people.ts';
import { playJourney } from './journey.ts';
import { startStage, type DemoStage } from './stage.ts';
import { DEPLOY_SCOPE, PIPELINE, pipelineSecret } from './tokens.ts';

const once = process.argv.includes('--once');
let stage: DemoStage | null = null;
let ending: Promise<never> | null = null;

/** Stops everything that runs, in order, and ends with this exit code. */
function end(code: number): Promise<never> {
  ending ??= (async () => {
    await stage?.stop();
    process.exit(code);
  })();
  return ending;
}

const isEnding = (): boolean => ending !== null;

// The guards of Keycloak and the bot end them when this process dies, in whatever way.
onOrphaned(() => void end(1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending !== null || stage === null) process.exit(130);
    console.error('\nStopping …');
    void end(0);
  });
}

try {
  stage = await startStage((line) => console.error(line));
  if (once) {
    await playJourney(stage, (line) => console.log(line));
    await end(0);
  }
  console.log(welcome(stage));
  await stage.bot.exited;
  if (!isEnding()) {
    console.error(`Leasehold ended by itself. Its last words:\n${stage.bot.logLines().slice(-5).join('\n')}`);
    await end(1);
  }
} catch (error) {
  console.error(
    error instanceof Error
      ? error instanceof KeycloakFailure
        ? error.message
        : `${error.name}: ${error.message}`
      : String(error),
  );
  if (once) for (const line of stage?.bot.logLines().slice(-20) ?? []) console.error(line);
  await end(1);
}

function welcome({ slack, keycloak, codes, applications }: DemoStage): string {
  const roles = people.map(({ name, username, about }) => `  ${name.padEnd(11)} ${username.padEnd(11)} ${about}`);
  return `
Slack       ${slack.url}
            Choose who you are; open a second tab to be somebody else at the same time.
            ${slack.url}/gallery shows everything that Leasehold says.
Keycloak    ${keycloak.url}/admin/master/console/#/leasehold   ${keycloak.admin.username} / ${keycloak.admin.password}
Sign in to  ${applications.url}   two applications behind the gate

You can be
${roles.join('\n')}
  (everybody's Keycloak password is "${password}"; where it asks for a one-time code, ${codes.url} shows it)

Try
  as Ann      /request-access                                      the form
              /request-access production-read 10m INC-42 replication lag
  as Chen     press Approve in #platform-approvals
  as Ann      /access                                              what you hold, and Release
              /access break-glass incident-commander INC-7 it is down   at once, and reviewed afterwards
  as Bob      /access link                                         who you are, proven: sign in to Keycloak as bob.ito
  as Ann      /request-access billing/refund 10m CHG-8 paid twice
  as Eve      press Approve in #security-approvals, and sign in     critical, so the click alone is not enough
  as Dana     the same; one browser is one person to Keycloak: there press the round arrow beside the name (Restart login)
  as Ann      sign in to Back Office (above), and wait             Chen approves it in #platform-approvals, by the code
  a pipeline  TOKEN_ISSUER=${keycloak.url}/realms/leasehold TOKEN_CLIENT_ID=${PIPELINE} TOKEN_CLIENT_SECRET=${pipelineSecret} \\
              npm run -s leasehold -- token --scope ${DEPLOY_SCOPE} --for ann.baker --why "release 4711"
                                                                   Chen approves it in #platform-approvals, by the message
  as Eve      /access-audit                                        and /access-audit verify, /access-audit csv

Ctrl-C ends everything.`;
}
