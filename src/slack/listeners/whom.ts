import type { SlackUser } from '../../domain/people.ts';
import { onceEach } from '../../domain/team-ask.ts';
import type { AccessWord, Intent, StartWord } from '../../usecases/intent.ts';

/** An ask for oneself where nobody is named, for somebody else, or for many people at once. */
export function askFor(
  people: readonly SlackUser[],
  ask: {
    readonly access: AccessWord;
    readonly also?: readonly AccessWord[];
    readonly duration: string;
    readonly start?: StartWord;
    readonly justification: string;
  },
): Intent {
  const [beneficiary, ...others] = onceEach(people);
  if (others.length > 0) return { intent: 'team_request', people, ...ask };
  return { intent: 'request', ...ask, ...(beneficiary === undefined ? {} : { beneficiary }) };
}
