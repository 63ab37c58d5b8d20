// npm run bench [-- --json] [-- <part of a title>…]: the figures, each beside what it can be compared with in the same run.
import { startKeycloak } from '../keycloak/server.js';
import { onOrphaned } from '../scripts/orphan.js';
import { channelOption, cibaUrlVariable, startSwitchboard } from '../test/doubles/ciba-switchboard.ts';
import { measureAcknowledgement } from './acknowledge.ts';
import { measureAudit } from './audit.ts';
import { measureDecisions } from './decisions.ts';
import { measureDrain } from './drain.ts';
import { measureGateClick } from './gate-click.ts';
import { measureGateLogins } from './gate-logins.ts';
import { measureGateWaiting } from './gate-waiting.ts';
import { measureJourney } from './journey.ts';
import { measureLateness } from './lateness.ts';
import { measureLookup } from './lookup.ts';
import { measureMemory } from './memory.ts';
import { measurePolicy } from './policy.ts';
import { measurePolicyReplay } from './policy-replay.ts';
import { measureReplicas } from './replicas.ts';
import { isKept, machine, median, printSection } from './report.ts';
import type { Section } from './report.ts';
import { measureRevocations } from './revocations.ts';
import { measureSoak } from './soak.ts';
import { measureStart } from './start.ts';
import { measureTokenClick } from './token-click.ts';
import { measureTokenIssue } from './token-issue.ts';

const PARTS = {
  acknowledgement: measureAcknowledgement,
  journey: measureJourney,
  revocations: measureRevocations,
  lateness: measureLateness,
  drain: measureDrain,
  decisions: measureDecisions,
  lookup: measureLookup,
  audit: measureAudit,
  policy: measurePolicy,
  'policy-replay': measurePolicyReplay,
  'gate-logins': measureGateLogins,
  'gate-click': measureGateClick,
  'gate-waiting': measureGateWaiting,
  'token-issue': measureTokenIssue,
  'token-click': measureTokenClick,
  replicas: measureReplicas,
  start: measureStart,
  memory: measureMemory,
  soak: measureSoak,
};

onOrphaned(() => process.exit(1));
const words = process.argv.slice(2);
const asJson = words.includes('--json');
const wanted = words.filter((word) => !word.startsWith('--'));
const switchboard = await startSwitchboard();
const keycloak = await startKeycloak({
  options: [channelOption(switchboard.url)],
  onProgress: (line) => console.error(line),
});
// The helpers that arrange realms for tests arrange them here, too.
process.env['LEASEHOLD_TEST_KEYCLOAK_URL'] = keycloak.url;
process.env[cibaUrlVariable] = switchboard.url;
const sections: Section[] = [];
try {
  if (!asJson) console.log(`${machine()}\n`);
  for (const [name, measure] of Object.entries(PARTS)) {
    if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
    console.error(`Measuring ${name} …`);
    const section = await measure();
    sections.push(section);
    if (!asJson) console.log(printSection(section));
  }
} finally {
  await keycloak.stop();
  await switchboard.stop();
}
if (asJson) {
  const withMedians = sections.map((section) => ({
    ...section,
    figures: section.figures.map((figure) => ({ ...figure, median: median(figure.runs), kept: isKept(figure) })),
  }));
  console.log(JSON.stringify({ machine: machine(), sections: withMedians }, null, 2));
}
process.exit(sections.every((section) => section.figures.every(isKept)) ? 0 : 1);
