import type { KeycloakUserId } from '../../src/domain/ids.ts';
import type { EffectiveRole } from '../../src/domain/resource.ts';
import type {
  BackchannelChannel,
  BackchannelTaken,
  BackchannelToken,
  TokenPreview,
} from '../../src/usecases/backchannel-port.ts';

export type Answered = { readonly bearer: string; readonly status: string; readonly approval: string | null };

/** Keycloak's side of backchannel requests: bearers that it has given out, and what it was answered. */
export function fakeBackchannel() {
  const tokens = new Map<string, BackchannelToken>();
  const answers: Answered[] = [];
  let roles: readonly EffectiveRole[] = [{ id: 'r-deployer', name: 'deployer', client: null }];
  let unheld: readonly string[] = [];
  let isThere = true;
  let outcomes: readonly BackchannelTaken[] = [];
  let waiting: readonly (() => void)[] = [];

  const preview = (): TokenPreview | null =>
    isThere ? { username: 'ann', clientName: 'Release pipeline', roles, unheld } : null;

  const channel: BackchannelChannel = {
    read: (bearer) => Promise.resolve(tokens.get(bearer) ?? null),
    preview: () => Promise.resolve(preview()),
    answer: (bearer, status, approval) => {
      answers.push({ bearer, status, approval });
      const [outcome = 'taken', ...rest] = outcomes;
      outcomes = rest;
      for (const go of waiting) go();
      waiting = [];
      return Promise.resolve(outcome);
    },
  };
  return {
    channel,
    answers,
    /** Keycloak gives out a bearer for a request of this person. */
    gives: (bearer: string, token: Partial<BackchannelToken> & { readonly userId: KeycloakUserId }) =>
      void tokens.set(bearer, {
        ...{ id: `request-${tokens.size}`, client: 'ci', endsAt: Infinity },
        ...token,
      }),
    carries: (next: readonly EffectiveRole[]) => void (roles = next),
    leavesOut: (next: readonly string[]) => void (unheld = next),
    hasNobody: () => void (isThere = false),
    /** What comes of the next answers, in order; `taken` after these. */
    takes: (...next: readonly BackchannelTaken[]) => void (outcomes = next),
    /** Resolves with the next answer. */
    answered: (): Promise<void> => new Promise((resolve) => void (waiting = [...waiting, resolve])),
  };
}
