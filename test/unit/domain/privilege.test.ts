import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAdministrative, privilegeProblem, roleName } from '../../../src/domain/privilege.ts';

const id = fc.uuid();
const administrative = fc.oneof(
  fc.record({ id, name: fc.constantFrom('admin', 'create-realm'), client: fc.constant(null) }),
  fc.record({ id, name: fc.string(), client: fc.constant('realm-management') }),
  fc.record({ id, name: fc.string(), client: fc.string().map((realm) => `${realm}-realm`) }),
);
const harmless = fc.oneof(
  fc.record({
    id,
    name: fc.constantFrom('reader', 'Admin-of-shop', 'user', 'offline_access'),
    client: fc.constant(null),
  }),
  // A role that is called admin inside an ordinary client administers that client, not Keycloak.
  fc.record({ id, name: fc.constantFrom('admin', 'write'), client: fc.constantFrom('shop', 'account', 'realm-shop') }),
);

describe('I18: no admin by accident', () => {
  it('one administrative role among any others is found and named', () => {
    fc.assert(
      fc.property(fc.array(harmless), administrative, fc.array(harmless), (before, role, after) => {
        expect(isAdministrative(role)).toBe(true);
        const flaw = { flaw: 'administrative', roles: [roleName(role)], more: 0 };
        expect(privilegeProblem({ known: true, roles: [...before, role, ...after] })).toEqual(flaw);
      }),
    );
  });

  it('ordinary roles are no problem', () => {
    fc.assert(fc.property(fc.array(harmless), (roles) => expect(privilegeProblem({ known: true, roles })).toBeNull()));
  });

  it('I30: what cannot be read in full may not be given', () => {
    const because = { flaw: 'composite_hidden', role: 'all' } as const;
    expect(privilegeProblem({ known: false, because })).toEqual(because);
  });

  it('says what is wrong, and names three roles at most', () => {
    const role = (name: string, client: string | null) => ({ id: name, name, client });
    const admin = [
      role('admin', null),
      role('view', 'realm-management'),
      role('x', 'acme-realm'),
      role('y', 'b-realm'),
    ];
    const found = (count: number) =>
      privilegeProblem({ known: true, roles: [role('read', 'shop'), ...admin.slice(0, count)] });
    const three = ['admin', 'realm-management/view', 'acme-realm/x'];
    expect(found(1)).toEqual({ flaw: 'administrative', roles: ['admin'], more: 0 });
    expect(found(3)).toEqual({ flaw: 'administrative', roles: three, more: 0 });
    expect(found(4)).toEqual({ flaw: 'administrative', roles: three, more: 1 });
    expect([roleName(role('read', 'shop')), roleName(role('read', null))]).toEqual(['shop/read', 'read']);
  });
});
