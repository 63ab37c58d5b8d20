import type { EpochMs, KeycloakUserId, RequestId, SignInId } from './ids.ts';
import type { Posted } from './message.ts';
import type { SlackUser } from './people.ts';
import type { Resource } from './resource.ts';

/** How long one may sign in for each purpose, ms. */
export const SIGN_IN_MS = { link: 600_000, approve: 300_000, take: 300_000, revoke_all: 300_000 } as const;
/** So often a code may be typed wrong. */
export const CODE_TRIES = 5;

/** A request as an approver sees it: an approval is for exactly this version and digest, at this stage. */
export type PartShown = {
  readonly requestId: RequestId;
  readonly version: number;
  readonly digest: string;
  readonly stage: number;
};

/**
 * What somebody signs in to do. `acr`: authentication context classes of which each is asked for; the sign-in has to reach
 * all of them.
 */
export type StepUp = { readonly acr: readonly string[] } & (
  | {
      readonly purpose: 'approve';
      /** Several where they are parts of one bundle. */
      readonly parts: readonly [PartShown, ...PartShown[]];
      /** The card that the click came from. */
      readonly message: Posted;
      readonly leaseSeconds: number | null;
    }
  /** Break-glass. `digest`: of what it would give and who would review it, when it was asked for. */
  | {
      readonly purpose: 'take';
      readonly resource: Resource;
      readonly seconds: number;
      readonly justification: string;
      readonly digest: string;
    }
  | { readonly purpose: 'revoke_all' }
);

/** What somebody proves who he is for. */
export type Purpose = { readonly purpose: 'link' } | StepUp;

/** Who signed in to Keycloak, as its ID token says. `acr`: how; null where it does not say. */
export type Proof = {
  readonly userId: KeycloakUserId;
  readonly username: string;
  /** null unless verified. */
  readonly email: string | null;
  readonly acr: string | null;
  readonly signedInAt: EpochMs;
};

/** What binds the way to Keycloak and back to one browser: random texts, of the cookie only the SHA-256. */
export type Visit = {
  readonly cookieHash: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

type Facts = {
  readonly id: SignInId;
  readonly realm: string;
  /** The account that asked for it, and that alone it serves. */
  readonly slack: SlackUser;
  readonly purpose: Purpose;
  readonly correlationId: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly revision: number;
};
export type OfferedSignIn = Facts & { readonly state: 'offered' };
/** The browser is on its way to Keycloak. */
export type SentSignIn = Facts & { readonly state: 'sent'; readonly sentAt: EpochMs; readonly visit: Visit };
/** Somebody signed in; the page waits for its button. */
export type ProvenSignIn = Facts & {
  readonly state: 'proven';
  readonly cookieHash: string;
  readonly proof: Proof;
};
/** A link that waits for its code to be typed in Slack. */
export type CodedSignIn = Facts & {
  readonly state: 'coded';
  readonly cookieHash: string;
  readonly proof: Proof;
  readonly codeHash: string;
  readonly triesLeft: number;
};
/** Used up, and nothing more can come of it. `cookieHash`: by which browser, where somebody had signed in. */
export type SpentSignIn = Facts & { readonly state: 'spent'; readonly cookieHash?: string };

/**
 * One way for one Slack account to prove in a browser which Keycloak user it is, for one purpose, once. It is reached by
 * its id, which only a private message holds and which proves nothing by itself.
 */
export type SignIn = OfferedSignIn | SentSignIn | ProvenSignIn | CodedSignIn | SpentSignIn;

/** Drops what the former state alone had. */
const facts = ({ id, realm, slack, purpose, correlationId, createdAt, expiresAt, revision }: SignIn): Facts => ({
  ...{ id, realm, slack, purpose, correlationId, createdAt, expiresAt },
  revision: revision + 1,
});

/** Whether it is still good for something. */
export const isOpen = (signIn: SignIn, now: EpochMs): boolean => signIn.state !== 'spent' && now < signIn.expiresAt;

/** The browser begins, or begins anew: what an earlier visit brought is forgotten. */
export const sendTo = (signIn: OfferedSignIn | SentSignIn | ProvenSignIn, visit: Visit, at: EpochMs): SentSignIn => ({
  ...facts(signIn),
  state: 'sent',
  sentAt: at,
  visit,
});

export const prove = (signIn: SentSignIn, found: Pick<ProvenSignIn, 'cookieHash' | 'proof'>): ProvenSignIn => ({
  ...facts(signIn),
  state: 'proven',
  ...found,
});

export const withCode = (signIn: ProvenSignIn, codeHash: string): CodedSignIn => ({
  ...facts(signIn),
  state: 'coded',
  cookieHash: signIn.cookieHash,
  proof: signIn.proof,
  codeHash,
  triesLeft: CODE_TRIES,
});

/** A wrong code; with the last one it is spent. */
export const wrongCode = (signIn: CodedSignIn): CodedSignIn | SpentSignIn =>
  signIn.triesLeft > 1
    ? { ...signIn, revision: signIn.revision + 1, triesLeft: signIn.triesLeft - 1 }
    : { ...facts(signIn), state: 'spent' };

export const spend = (signIn: SignIn): SpentSignIn => ({
  ...facts(signIn),
  state: 'spent',
  ...('cookieHash' in signIn && { cookieHash: signIn.cookieHash }),
});
