import { parseDuration } from './duration.ts';
import type { Flaw } from './flaw.ts';
import type { Resource } from './resource.ts';

export const RISKS = ['low', 'medium', 'high', 'critical'] as const;
export type Risk = (typeof RISKS)[number];

/** What a risk sets where attributes do not. Seconds; `linked` asks everybody for a link or `slack-user-id`. */
export const RISK_DEFAULTS: Readonly<Record<Risk, RiskDefaults>> = {
  low: { defaultSeconds: 4 * 3600, maxSeconds: 8 * 3600, required: 1, linked: false, endSessions: false },
  medium: { defaultSeconds: 3600, maxSeconds: 4 * 3600, required: 1, linked: false, endSessions: false },
  high: { defaultSeconds: 1800, maxSeconds: 2 * 3600, required: 1, linked: true, endSessions: true },
  critical: { defaultSeconds: 1800, maxSeconds: 3600, required: 2, linked: true, endSessions: true },
};
type RiskDefaults = {
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  readonly required: number;
  readonly linked: boolean;
  readonly endSessions: boolean;
};

/** One approval stage as the attributes write it: a group path (`/approvers/platform`), a unique bare name, or `manager`. */
export type StageRule = { readonly approverGroup: string; readonly required: number };

/** In place of an approver group: the beneficiary's manager. A group of that name is written with its path. */
const MANAGER = 'manager';
export const asksManager = (rule: Pick<StageRule, 'approverGroup'>): boolean => rule.approverGroup === MANAGER;

export type Entitlement = {
  readonly resource: Resource;
  readonly description: string;
  readonly risk: Risk;
  readonly stages: readonly StageRule[];
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  /** Path or unique name of the group whose direct members may ask; null = anybody. */
  readonly eligibleGroup: string | null;
  /** A regular expression that the justification must contain; null = none. */
  readonly justificationPattern: string | null;
  readonly endSessions: boolean;
  /** Whoever may ask may also take it at once, and answer for it afterwards. */
  readonly breakGlass: boolean;
};

/** A catalogue entry that can be asked for, or one that is marked `requestable` but cannot, with the reason. */
export type CatalogueItem =
  | { readonly requestable: true; readonly entitlement: Entitlement }
  | { readonly requestable: false; readonly resource: Resource; readonly because: Flaw };

/** Attributes as Keycloak returns them. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

/** Whether the resource is in the catalogue at all: exactly `true`, as Keycloak's own search compares. */
export const isRequestable = (attributes: Attributes): boolean => attributes['requestable']?.includes('true') ?? false;

const MAX_APPROVERS = 10;
const STAGES = ['', '-2', '-3'] as const;
const READ = [
  'requestable',
  'description',
  'risk',
  'default-duration',
  'max-duration',
  'eligible-group',
  'justification-pattern',
  'end-sessions',
  'break-glass',
  'session',
  ...STAGES.flatMap((suffix) => [`approver-group${suffix}`, `approvals-required${suffix}`]),
];

/**
 * Reads a resource's attributes. Anything unreadable makes the entitlement not requestable, with the reason: a typing
 * error must never widen access.
 * @param minSeconds the shortest lease (MIN_DURATION_SECONDS)
 */
export function readEntitlement(
  resource: Resource,
  description: string,
  attributes: Attributes,
  minSeconds: number,
): CatalogueItem {
  const no = (because: Flaw): CatalogueItem => ({ requestable: false, resource, because });
  const one = (name: string): string | null => attributes[name]?.[0]?.trim() ?? null;

  const ambiguous = attributeProblem(attributes);
  if (ambiguous !== null) return no(ambiguous);
  const risk = one('risk') ?? 'medium';
  if (!isRisk(risk)) return no({ flaw: 'bad_risk', written: risk });
  const defaults = RISK_DEFAULTS[risk];

  const stages: StageRule[] = [];
  for (const [index, suffix] of STAGES.entries()) {
    const group = `approver-group${suffix}`;
    const attribute = `approvals-required${suffix}`;
    const approverGroup = one(group);
    const written = one(attribute);
    if (approverGroup === null) {
      if (written !== null) return no({ flaw: 'stands_alone', attribute, without: group });
      continue;
    }
    if (stages.length < index)
      return no({ flaw: 'stands_alone', attribute: group, without: `approver-group${STAGES[index - 1] ?? ''}` });
    const required = written === null ? (index === 0 ? defaults.required : 1) : wholeNumber(written);
    if (required === null || required > MAX_APPROVERS)
      return no({ flaw: 'bad_required', attribute, written: written ?? '', most: MAX_APPROVERS });
    const rule = { approverGroup, required };
    if (asksManager(rule)) {
      if (required > 1)
        return no({ flaw: 'manager_is_one', attribute, required, risk: written === null ? risk : null });
      if (stages.some(asksManager)) return no({ flaw: 'manager_twice' });
    }
    stages.push(rule);
  }
  if (stages.length === 0) return no({ flaw: 'no_stage' });

  const maxSeconds = readSeconds(one('max-duration'), defaults.maxSeconds);
  if (maxSeconds === null || maxSeconds < minSeconds)
    return no({ flaw: 'bad_longest', written: one('max-duration'), minSeconds });
  const defaultSeconds = readSeconds(
    one('default-duration'),
    Math.max(minSeconds, Math.min(defaults.defaultSeconds, maxSeconds)),
  );
  if (defaultSeconds === null || defaultSeconds < minSeconds || defaultSeconds > maxSeconds)
    return no({ flaw: 'bad_default', written: one('default-duration') ?? '' });

  const justificationPattern = one('justification-pattern');
  if (justificationPattern !== null && !isPattern(justificationPattern)) return no({ flaw: 'bad_pattern' });
  const endSessions = one('end-sessions');
  if (endSessions !== null && endSessions !== 'true' && endSessions !== 'false')
    return no({ flaw: 'no_yes_or_no', attribute: 'end-sessions', written: endSessions });
  const breakGlass = one('break-glass');
  if (breakGlass !== null && breakGlass !== 'true' && breakGlass !== 'false')
    return no({ flaw: 'no_yes_or_no', attribute: 'break-glass', written: breakGlass });
  if (breakGlass === 'true' && stages.slice(0, 1).some(asksManager)) return no({ flaw: 'manager_reviews' });
  const session = one('session');
  if (session !== null && session !== 'true' && session !== 'false')
    return no({ flaw: 'no_yes_or_no', attribute: 'session', written: session });
  // Membership of a group is no claim of its own, and its roles would go on with whoever is a member.
  if (session === 'true' && resource.kind === 'group') return no({ flaw: 'group_in_token' });
  return {
    requestable: true,
    entitlement: {
      resource: session === 'true' ? { ...resource, inToken: true } : resource,
      description: one('description') ?? description,
      risk,
      stages,
      defaultSeconds,
      maxSeconds,
      eligibleGroup: one('eligible-group'),
      justificationPattern,
      // For high and critical risk sessions always end; an attribute may ask for more, never for less.
      endSessions: defaults.endSessions || endSessions === 'true',
      breakGlass: breakGlass === 'true',
    },
  };
}

/** Keycloak keeps no order among several values, and a stage that is misspelt or empty would be a stage less. */
function attributeProblem(attributes: Attributes): Flaw | null {
  for (const [attribute, values] of Object.entries(attributes)) {
    if (!READ.includes(attribute)) {
      if (/^(approver-group|approvals-required)/.test(attribute)) return { flaw: 'unknown_attribute', attribute };
    } else if (values.length > 1) {
      return { flaw: 'many_values', attribute, count: values.length };
    } else if (attribute !== 'description' && values[0]?.trim() === '') {
      return { flaw: 'empty_attribute', attribute };
    }
  }
  return null;
}

const isRisk = (text: string): text is Risk => (RISKS as readonly string[]).includes(text);

function wholeNumber(text: string): number | null {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
}

function readSeconds(text: string | null, otherwise: number): number | null {
  return text === null ? otherwise : parseDuration(text);
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
