import type { Policy } from '../usecases/policy-port.ts';
import type { Ports } from '../usecases/ports.ts';
import { tellPolicyChanged, tellPolicyWrong } from '../usecases/tell-policy.ts';
import { openFilePolicy } from './file.ts';
import { openOpaPolicy } from './opa.ts';

/** Where policy stands; an address carries no slash at its end. */
export type PolicyPlace =
  { readonly engine: 'file'; readonly file: string } | { readonly engine: 'opa'; readonly url: string };

/**
 * Opens the policy that decides, and tells operators what becomes of it; null: there is none.
 * @throws CodedError policy_invalid, when the file cannot be read at the start
 */
export async function openPolicy(
  place: PolicyPlace | null,
  ports: Pick<Ports, 'store' | 'clock' | 'log'>,
): Promise<Policy | null> {
  if (place === null) return null;
  const { clock, log } = ports;
  const now = (): number => clock.now();
  if (place.engine === 'opa') return openOpaPolicy({ url: place.url, now });
  const { file } = place;
  const told = (telling: Promise<void>): void => {
    telling.catch((error: unknown) => log.error('policy not told', { error }));
  };
  return openFilePolicy({
    file,
    now,
    onChange: (status) => {
      log.info('policy changed', status);
      told(tellPolicyChanged(ports, status));
    },
    onProblem: (problem) => {
      log.error('policy wrong', { file, problem });
      told(tellPolicyWrong(ports, file, problem));
    },
  });
}
