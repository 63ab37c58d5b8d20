import { formatDuration } from '../../domain/duration.ts';
import type { Flaw } from '../../domain/flaw.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { shown } from './pieces.ts';

/** So many UTF-16 units of what stands in Keycloak are told, shared by the values of one sentence. */
const VALUES_MAX = 500;

/** Why an entry cannot be asked for, in Slack. Refusals stored before reasons were data have an English text in its place. */
export const flawInSlack = (words: Catalogue, because: Flaw | string): string =>
  typeof because === 'string' ? shown(because, VALUES_MAX) : flawText(words, because, shown);

/**
 * The rest of a sentence that says why an entry cannot be asked for.
 * @param fit makes what was written in Keycloak fit for where it is read
 */
export function flawText({ flaws: say }: Catalogue, flaw: Flaw, fit: (written: string, max: number) => Ready): string {
  const one = (written: string): Ready => fit(written, VALUES_MAX);
  const half = (written: string): Ready => fit(written, VALUES_MAX / 2);
  switch (flaw.flaw) {
    case 'not_offered':
      return say.notOffered;
    case 'unknown_attribute':
      return say.unknownAttribute(one(flaw.attribute));
    case 'empty_attribute':
      return say.emptyAttribute(one(flaw.attribute));
    case 'many_values':
      return say.manyValues(one(flaw.attribute), flaw.count);
    case 'stands_alone':
      return say.standsAlone(half(flaw.attribute), half(flaw.without));
    case 'bad_risk':
      return say.badRisk(one(flaw.written));
    case 'bad_required':
      return say.badRequired(half(flaw.attribute), half(flaw.written), flaw.most);
    case 'manager_is_one':
      return say.managerIsOne(half(flaw.attribute), flaw.required, flaw.risk === null ? null : half(flaw.risk));
    case 'manager_twice':
      return say.managerTwice;
    case 'manager_reviews':
      return say.managerReviews;
    case 'group_in_token':
      return say.groupInToken;
    case 'no_stage':
      return say.noStage;
    case 'bad_pattern':
      return say.badPattern;
    case 'bad_longest':
      return say.badLongest(flaw.written === null ? null : one(flaw.written), formatDuration(flaw.minSeconds));
    case 'bad_default':
      return say.badDefault(one(flaw.written));
    case 'no_yes_or_no':
      return say.noYesOrNo(half(flaw.attribute), half(flaw.written));
    case 'administrative':
      return say.administrative({
        names: flaw.roles.map((role) => fit(role, Math.floor(VALUES_MAX / flaw.roles.length))),
        rest: flaw.more,
      });
    case 'part_unreadable':
      return say.partUnreadable;
    case 'part_removed':
      return say.partRemoved;
    case 'path_ambiguous':
      return say.pathAmbiguous(one(flaw.path));
    case 'role_hidden':
      return say.roleHidden(half(flaw.role), half(flaw.group));
    case 'composite_hidden':
      return say.compositeHidden(one(flaw.role));
    case 'own_client':
      return say.ownClient;
    case 'above_unreadable':
      return say.aboveUnreadable;
    case 'admin_group':
      return say.adminGroup(one(flaw.group));
    case 'approver_group':
      return say.approverGroup(one(flaw.group));
    case 'deciding_group':
      return say.decidingGroup(one(flaw.group));
  }
}
