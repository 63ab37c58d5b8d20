import type { Gate, GatePerson } from '../domain/gate.ts';
import type { EpochMs, GateId, GrantId } from '../domain/ids.ts';
import type { GateTrigger, Limits, PolicyAccount, TokenGrant } from '../domain/policy.ts';
import type { ResourceKind } from '../domain/resource.ts';
import type { AccessWord } from './intent.ts';

/** A sign-in that came to the gate. `nonce`: of the signed call that asks. */
export type GateAsk = {
  readonly nonce: string;
  readonly person: GatePerson;
  readonly client: string;
  readonly clientName: string | null;
  readonly scopes: readonly string[];
  /** Authentication context classes that the sign-in has reached, the highest last. */
  readonly reached: readonly string[];
  readonly ip: string | null;
  readonly device: string | null;
  readonly action: string | null;
  readonly trigger: GateTrigger;
  readonly session: string;
  readonly tab: string;
  /** How long Keycloak is ready to wait; 0: nobody is there to wait (`prompt=none`). */
  readonly waitSeconds: number;
  readonly account: PolicyAccount;
};

/** Why somebody may not sign in, and nobody is asked. */
export type GateDenial =
  /** `texts`: what the authors of the rules say, unescaped; none where Leasehold itself denies. */
  | { readonly because: 'policy'; readonly texts: readonly string[]; readonly id: string }
  /** There is no policy that could decide. */
  | { readonly because: 'no_policy' }
  /** Too many denials or time-outs; nobody is asked for `retrySeconds`. */
  | { readonly because: 'fatigue'; readonly retrySeconds: number }
  /** Nobody could approve it: no such group or manager, or too few people in it. */
  | { readonly because: 'no_approvers' }
  /** It could go on only with the person there, and nothing is on record of it. */
  | { readonly because: 'interaction' };

/** `actions`: required actions to be done in this sign-in, by their Keycloak ids. */
export type GateVerdict =
  | { readonly answer: 'go'; readonly actions: readonly string[] }
  /** Only after one of these authentication context classes was reached; ask again then. */
  | { readonly answer: 'step-up'; readonly acr: readonly string[] }
  | {
      readonly answer: 'wait';
      readonly gate: GateId;
      readonly code: string;
      readonly secondsLeft: number;
      /** Path of the group that is asked; null: the manager. */
      readonly asked: string | null;
      readonly actions: readonly string[];
    }
  | ({ readonly answer: 'deny' } & GateDenial);

/** Which gate, and whose: another person's or another browser's is unknown. */
export type GateRef = { readonly gate: GateId; readonly userId: GatePerson['userId']; readonly session: string };
export type GateLook =
  | { readonly state: 'waiting' | 'approved'; readonly secondsLeft: number }
  | { readonly state: Exclude<Gate['state'], 'waiting' | 'approved'> | 'unknown' };
/** `approvers`: usernames. A gate is spent once by each of its tabs. */
export type GateSpent =
  | { readonly spent: true; readonly approvers: readonly string[] }
  | { readonly spent: false; readonly state: GateLook['state'] | 'spent' };

/** One line of the form at login. Texts are people's own. */
export type FormEntry = {
  readonly kind: 'group' | 'realm-role' | 'client-role';
  readonly id: string;
  readonly path: string;
  readonly description: string;
  /** Seconds, ascending. */
  readonly durations: readonly number[];
  readonly defaultSeconds: number;
};
/** Why somebody cannot ask from a login page. `not_linked`: his Keycloak user has no Slack account that is his for certain. */
export type FormClosed = 'not_linked' | 'slack_away' | 'nothing_offered';
export type FormView =
  /** `more`: others can be asked for by name. */
  | { readonly form: 'open'; readonly entries: readonly FormEntry[]; readonly more: boolean }
  | { readonly form: 'closed'; readonly because: FormClosed };

export type FormAsk = {
  readonly nonce: string;
  readonly person: GatePerson;
  readonly access: AccessWord;
  readonly seconds: number;
  readonly justification: string;
};
/** `asked`: it is on its way, and Slack tells what comes of it. Else `field` is wrong, or all of it. */
export type FormAsked =
  | { readonly asked: true }
  | {
      readonly asked: false;
      readonly field: 'access' | 'duration' | 'justification' | null;
      /** A refusal's name, such as `too_long`, or why the form is closed. */
      readonly because: string;
      /** A limit that the sentence names, such as seconds or a pattern. */
      readonly limit: string | number | null;
    };

/** A token, an introspection answer or user info that Keycloak builds now. `approval`: what the client's session was approved by. */
export type LeasesAsk = {
  readonly person: GatePerson;
  readonly client: string;
  readonly scopes: readonly string[];
  /** Keycloak's id of the user session; null: none that lasts. */
  readonly session: string | null;
  readonly approval: GateId | null;
};
/** One live lease. `resource`: UUID in Keycloak; `approvers`: usernames. */
export type TokenLease = {
  readonly id: GrantId;
  readonly kind: ResourceKind;
  readonly resource: string;
  readonly access: string;
  readonly endsAt: EpochMs;
  readonly approvers: readonly string[];
  readonly limits: Limits;
  /** Only tokens carry it: the role is to be added. */
  readonly inToken: boolean;
};
export type TokenApproval = {
  readonly id: GateId;
  readonly endsAt: EpochMs;
  readonly scopes: readonly string[];
  readonly approvers: readonly string[];
  readonly limits: Limits;
};
/** `approval` null: none was asked for, or it does not count. */
export type LeasesTold = { readonly leases: readonly TokenLease[]; readonly approval: TokenApproval | null };

export type TokenAsk = LeasesAsk & {
  readonly clientName: string | null;
  readonly grant: TokenGrant;
  readonly ip: string | null;
};
export type TokenVerdict =
  | { readonly answer: 'allow' }
  | { readonly answer: 'narrow'; readonly scopes: readonly string[] }
  | { readonly answer: 'deny'; readonly because: 'policy'; readonly texts: readonly string[]; readonly id: string }
  | { readonly answer: 'deny'; readonly because: 'no_policy' | 'approval' };

/** What Keycloak may ask of Leasehold. Each throws store_unavailable, keycloak_unavailable or keycloak_forbidden: nothing is known then. */
export interface GateCalls {
  ask(ask: GateAsk): Promise<GateVerdict | 'replayed'>;
  look(ref: GateRef): Promise<GateLook>;
  /** Uses an approval up, for one tab. */
  spend(ref: GateRef & { readonly tab: string }): Promise<GateSpent>;
  /** The person turned back. */
  leave(ref: GateRef): Promise<GateLook>;
  form(person: GatePerson): Promise<FormView>;
  request(ask: FormAsk): Promise<FormAsked>;
  leases(ask: LeasesAsk): Promise<LeasesTold>;
  token(ask: TokenAsk): Promise<TokenVerdict>;
}
