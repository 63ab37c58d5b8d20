package dev.leasehold.keycloak;

import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionProviderModel;

final class RequiredActions {
    private RequiredActions() {}

    static boolean isEnabled(RealmModel realm, String alias) {
        RequiredActionProviderModel action = realm.getRequiredActionProviderByAlias(alias);
        return action != null && action.isEnabled();
    }
}
