import type { OwnReason } from '../../src/domain/policy.ts';

/** One of every kind; the type makes a missing kind an error. `text` stands for whatever others wrote. */
export function everyOwnReason(text: string): readonly OwnReason[] {
  const all: { readonly [Kind in OwnReason['own']]: OwnReason & { readonly own: Kind } } = {
    limit_disputed: { own: 'limit_disputed', limit: text },
    verdict_meaningless: { own: 'verdict_meaningless', verdict: 'actions', door: 'request' },
    too_many_stages: { own: 'too_many_stages', count: 4, most: 3 },
    too_many_leases: { own: 'too_many_leases', username: text, count: 4, most: 3 },
    not_together: { own: 'not_together', path: text },
    stages_demanded: { own: 'stages_demanded' },
    step_up_demanded: { own: 'step_up_demanded' },
    risk_critical: { own: 'risk_critical' },
    administers_keycloak: { own: 'administers_keycloak' },
    groups_hidden: { own: 'groups_hidden' },
    not_checked_here: { own: 'not_checked_here' },
    engine_status: { own: 'engine_status', status: 503 },
    engine_late: { own: 'engine_late', seconds: 2 },
    engine_unconnected: { own: 'engine_unconnected' },
    engine_undefined: { own: 'engine_undefined' },
    engine_nonsense: { own: 'engine_nonsense', detail: text },
  };
  return Object.values(all);
}
