import type { OwnReason } from '../../domain/policy.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';

/**
 * Why policy, or Leasehold itself, says so: a sentence of the rule's author as he wrote it, or one of ours.
 * @param fit makes what others wrote fit for where it is read
 */
export function reasonText(
  { ownReasons: say }: Catalogue,
  because: string | OwnReason,
  fit: (written: string, max: number) => Ready,
): string {
  if (typeof because === 'string') return fit(because, 300);
  switch (because.own) {
    case 'limit_disputed':
      return say.limitDisputed(fit(because.limit, 100));
    case 'verdict_meaningless':
      return say.verdictMeaningless(fit(because.verdict, 40), fit(because.door, 40));
    case 'too_many_stages':
      return say.tooManyStages(because.count, because.most);
    case 'too_many_leases':
      return say.tooManyLeases(fit(because.username, 100), because.count, because.most);
    case 'not_together':
      return say.notTogether(fit(because.path, 150));
    case 'stages_demanded':
      return say.stagesDemanded;
    case 'step_up_demanded':
      return say.stepUpDemanded;
    case 'risk_critical':
      return say.riskCritical;
    case 'administers_keycloak':
      return say.administersKeycloak;
    case 'groups_hidden':
      return say.groupsHidden;
    case 'not_checked_here':
      return say.notCheckedHere;
    case 'engine_status':
      return say.engineStatus(because.status);
    case 'engine_late':
      return say.engineLate(because.seconds);
    case 'engine_unconnected':
      return say.engineUnconnected;
    case 'engine_undefined':
      return say.engineUndefined;
    case 'engine_nonsense':
      return say.engineNonsense(fit(because.detail, 300));
  }
}
