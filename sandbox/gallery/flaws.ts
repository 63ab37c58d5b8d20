import type { Flaw } from '../../src/domain/flaw.ts';

/** One of every kind; the type makes a missing kind an error. `text` stands for whatever people wrote in Keycloak. */
export function everyFlaw(text: string): readonly Flaw[] {
  const all: { readonly [Kind in Flaw['flaw']]: Flaw & { readonly flaw: Kind } } = {
    not_offered: { flaw: 'not_offered' },
    unknown_attribute: { flaw: 'unknown_attribute', attribute: `approver-group${text}` },
    empty_attribute: { flaw: 'empty_attribute', attribute: 'eligible-group' },
    many_values: { flaw: 'many_values', attribute: 'risk', count: 2 },
    stands_alone: { flaw: 'stands_alone', attribute: 'approver-group-3', without: 'approver-group-2' },
    bad_risk: { flaw: 'bad_risk', written: text },
    bad_required: { flaw: 'bad_required', attribute: 'approvals-required', written: text, most: 10 },
    manager_is_one: { flaw: 'manager_is_one', attribute: 'approvals-required', required: 2, risk: 'critical' },
    manager_twice: { flaw: 'manager_twice' },
    manager_reviews: { flaw: 'manager_reviews' },
    group_in_token: { flaw: 'group_in_token' },
    no_stage: { flaw: 'no_stage' },
    bad_pattern: { flaw: 'bad_pattern' },
    bad_longest: { flaw: 'bad_longest', written: text, minSeconds: 60 },
    bad_default: { flaw: 'bad_default', written: text },
    no_yes_or_no: { flaw: 'no_yes_or_no', attribute: 'end-sessions', written: text },
    administrative: { flaw: 'administrative', roles: [text, 'realm-management/realm-admin', text], more: 4 },
    part_unreadable: { flaw: 'part_unreadable' },
    part_removed: { flaw: 'part_removed' },
    path_ambiguous: { flaw: 'path_ambiguous', path: text },
    role_hidden: { flaw: 'role_hidden', role: text, group: text },
    composite_hidden: { flaw: 'composite_hidden', role: text },
    own_client: { flaw: 'own_client' },
    above_unreadable: { flaw: 'above_unreadable' },
    admin_group: { flaw: 'admin_group', group: text },
    approver_group: { flaw: 'approver_group', group: text },
    deciding_group: { flaw: 'deciding_group', group: text },
  };
  return [
    ...Object.values(all),
    { flaw: 'manager_is_one', attribute: 'approvals-required-2', required: 3, risk: null },
    { flaw: 'bad_longest', written: null, minSeconds: 14_401 },
  ];
}
