/**
 * Why an entry that is marked `requestable` cannot be asked for, with the facts of each reason. `attribute` and `without`
 * are names of attributes, `written` is what stands there. Texts inside are unescaped.
 */
export type Flaw =
  | { readonly flaw: 'not_offered' }
  // what its attributes say
  | { readonly flaw: 'unknown_attribute' | 'empty_attribute'; readonly attribute: string }
  | { readonly flaw: 'many_values'; readonly attribute: string; readonly count: number }
  | { readonly flaw: 'stands_alone'; readonly attribute: string; readonly without: string }
  | { readonly flaw: 'bad_risk'; readonly written: string }
  | { readonly flaw: 'bad_required'; readonly attribute: string; readonly written: string; readonly most: number }
  /** `risk`: which asks for so many where the attribute does not; null where it does. */
  | {
      readonly flaw: 'manager_is_one';
      readonly attribute: string;
      readonly required: number;
      readonly risk: string | null;
    }
  | { readonly flaw: 'manager_twice' | 'manager_reviews' | 'no_stage' | 'bad_pattern' | 'group_in_token' }
  /** `written` null: the attribute is not set, and what its risk allows is too short. */
  | { readonly flaw: 'bad_longest'; readonly written: string | null; readonly minSeconds: number }
  | { readonly flaw: 'bad_default'; readonly written: string }
  | { readonly flaw: 'no_yes_or_no'; readonly attribute: string; readonly written: string }
  // what it would give
  /** The first few of such roles, and how many more there are. */
  | { readonly flaw: 'administrative'; readonly roles: readonly string[]; readonly more: number }
  | { readonly flaw: 'part_unreadable' | 'part_removed' }
  | { readonly flaw: 'path_ambiguous'; readonly path: string }
  | { readonly flaw: 'role_hidden'; readonly role: string; readonly group: string }
  | { readonly flaw: 'composite_hidden'; readonly role: string }
  // who decides about others, or could
  | { readonly flaw: 'own_client' | 'above_unreadable' }
  | { readonly flaw: 'admin_group' | 'approver_group' | 'deciding_group'; readonly group: string };

/** Why nobody can tell what a resource gives. */
export type Unreadable = Extract<
  Flaw,
  { readonly flaw: 'part_unreadable' | 'part_removed' | 'path_ambiguous' | 'role_hidden' | 'composite_hidden' }
>;
