import { refuse } from '../domain/refusal.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Outcome } from '../domain/refusal.ts';
import { CodedError } from '../lib/errors.ts';
import { offeredDurations, preview } from './ask.ts';
import { explain } from './explain.ts';
import { identify } from './identify.ts';
import type { AccessWord } from './intent.ts';
import type { Ports } from './ports.ts';
import type { AccessPreview } from './views.ts';

type Previewing = Parameters<typeof explain>[0] & Pick<Ports, 'slackPeople' | 'directory' | 'log'>;

/**
 * The facts shown below the form, as policy would have them for this person now. Who is not known, and what cannot be read,
 * is looked at when it is sent: until then the entitlement speaks for itself.
 */
export async function previewRuled(
  ports: Previewing & Parameters<typeof preview>[0],
  access: AccessWord,
  slack: SlackUser,
): Promise<Outcome<{ readonly preview: AccessPreview }>> {
  const found = await preview(ports, access, slack);
  if (!found.ok || ports.policy === null) return found;
  try {
    return await ruled(ports, found.preview, slack);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    ports.log.info('preview without policy', { code: error.code });
    return found;
  }
}

async function ruled(
  ports: Previewing,
  known: AccessPreview,
  slack: SlackUser,
): Promise<Outcome<{ readonly preview: AccessPreview }>> {
  const who = await identify(ports, slack, 'email');
  if (!who.ok) return { ok: true, preview: known };
  const nothing = (): Promise<null> => Promise.resolve(null);
  const told = await explain(ports, { identity: nothing, reach: nothing }, who.person, known.entitlement, '');
  const denied = told.verdict === 'refused' ? told.refusals.find((one) => one.refusal === 'against_policy') : undefined;
  if (denied !== undefined) return refuse(denied);
  const { maxSeconds, tickets } = told;
  const entitlement = {
    ...known.entitlement,
    maxSeconds,
    defaultSeconds: Math.min(known.entitlement.defaultSeconds, maxSeconds),
    justificationPattern: known.entitlement.justificationPattern ?? tickets[0] ?? null,
  };
  const stages = told.stages.map(({ by, required }) => ({ groupPath: 'group' in by ? by.group : null, required }));
  const isTold = stages.length > 0 || told.verdict === 'at_once';
  const durations = offeredDurations(entitlement, ports.settings.minSeconds);
  return { ok: true, preview: { ...known, entitlement, durations, stages: isTold ? stages : known.stages } };
}
