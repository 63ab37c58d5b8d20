package dev.leasehold.keycloak;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.utils.RoleUtils;
import org.keycloak.utils.RoleResolveUtil;

/** Adds roles that a person has by a lease in tokens alone: what Keycloak would have put there, were they mapped to him. */
final class CarriedRoles {
    private final KeycloakSession keycloak;
    private final ClientSessionContext context;
    private final ClientModel client;

    CarriedRoles(KeycloakSession keycloak, ClientSessionContext context) {
        this.keycloak = keycloak;
        this.context = context;
        this.client = context.getClientSession().getClient();
    }

    /** Where the mappers of roles and audiences look. @return whether this client may carry any of it */
    boolean add(RealmModel realm, String roleId) {
        RoleModel role = realm.getRoleById(roleId);
        if (role == null) return false;
        List<RoleModel> carried = RoleUtils.expandCompositeRoles(Set.of(role)).stream().filter(permitted()).toList();
        carried.forEach(this::put);
        return !carried.isEmpty();
    }

    private void put(RoleModel role) {
        if (role.getContainer() instanceof ClientModel of) {
            RoleResolveUtil.getResolvedClientRoles(keycloak, context, of.getClientId(), true).addRole(role.getName());
        } else {
            RoleResolveUtil.getResolvedRealmRoles(keycloak, context, true).addRole(role.getName());
        }
    }

    /** As Keycloak has it for mapped roles: all, or the client's own and those of its scopes. */
    private Predicate<RoleModel> permitted() {
        if (client.isFullScopeAllowed()) return role -> true;
        Set<RoleModel> named = RoleUtils.expandCompositeRoles(Stream.concat(
                        client.getRolesStream(),
                        context.getClientScopesStream().flatMap(ClientScopeModel::getScopeMappingsStream))
                .collect(Collectors.toSet()));
        return named::contains;
    }
}
