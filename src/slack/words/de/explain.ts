import type { Catalogue } from '../catalogue.ts';
import { duration } from './common.ts';

type Say = Catalogue['explain'];

export const explain: Say = {
  atOnce: (who, what, seconds) =>
    `Wenn ${who} jetzt ${what} für ${duration(seconds)} anfragen würde, gäbe es den Zugriff sofort.`,
  approval: (who, what, seconds) =>
    `Wenn ${who} jetzt ${what} für ${duration(seconds)} anfragen würde, müsste es genehmigt werden.`,
  refused: (who, what, seconds) =>
    `Wenn ${who} jetzt ${what} für ${duration(seconds)} anfragen würde, würde es abgewiesen.`,
  answer: (answer) => `Die Antwort wäre: ${answer}`,
  groupStage: (stage, required, group, able) =>
    `Stufe ${stage}: ${required} aus ${group}; genehmigen ${able === 1 ? 'könnte' : 'könnten'} es jetzt ${able}`,
  managerStage: (stage, manager, able) =>
    `Stufe ${stage}: ${manager} als vorgesetzte Person, ${able > 0 ? 'die es jetzt genehmigen könnte' : 'die es jetzt nicht genehmigen könnte'}`,
  longest: (seconds) => `Längstens: ${duration(seconds)}`,
  stepUp: (acr) => `Wer genehmigt, meldet sich dafür bei Keycloak an, mit ${acr}`,
  ticket: (pattern) => `Die Begründung muss enthalten: ${pattern}`,
  rule: (rule, effect, because) =>
    `${rule === null ? 'Leasehold selbst' : `Regel „${rule}“`} (${effect})${because === null ? '' : `: ${because}`}`,
  noRule: 'Keine Regel der Policy trifft zu; es gilt, was am Zugriff selbst steht',
  noPolicy: 'Es gibt keine Policy; es gilt, was am Zugriff selbst steht',
  notAsked: 'Die Policy wurde nicht gefragt, weil es ohne sie abgewiesen wird',
  decision: (id) => `Policy-Entscheidung ${id}`,
};
