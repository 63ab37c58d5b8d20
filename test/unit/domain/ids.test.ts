import { expect, it } from '@jest/globals';
import { grantId, groupId, keycloakUserId, requestId, resourceId } from '../../../src/domain/ids.ts';

it('I11: an id is the very text that Keycloak or the record gave', () => {
  for (const mint of [requestId, grantId, keycloakUserId, groupId, resourceId]) expect(mint('7d1f')).toBe('7d1f');
});
