package dev.leasehold.keycloak;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jboss.logging.Logger;
import org.keycloak.common.Version;

/** What an operator should read at the start of Keycloak: one line for each thing that is not as it should be. */
final class StartCheck {
    private static final Logger LOG = Logger.getLogger("dev.leasehold");

    private StartCheck() {}

    static void log(Door server) {
        Properties built = built();
        String version = versionLine(built.getProperty("keycloak"), built.getProperty("tested"), Version.VERSION);
        if (version != null) LOG.warn(version);
        String door = doorLine(server);
        if (door != null) LOG.warn(door);
    }

    /** Null where they are the same. */
    static String versionLine(String builtFor, String tested, String running) {
        if (builtFor.equals(running)) return null;
        return "Leasehold's provider was built for Keycloak " + builtFor + " and tested on " + tested + "; this is " + running
                + ": it uses internals of Keycloak, so take the jar that was built for this version.";
    }

    /** Null where nothing is missing. */
    static String doorLine(Door server) {
        String option = "--spi-authenticator--leasehold-gate--";
        if (!server.isWhole()) {
            return "Leasehold's provider has no " + (server.url().isEmpty() ? option + "url" : option + "secret")
                    + ": gated sign-ins are refused in every realm that does not set its own.";
        }
        boolean isInVault = server.secret().startsWith("${vault.");
        if (isInVault || server.secret().length() >= Door.SHORTEST_SECRET) return null;
        return "The secret of Leasehold's provider (" + option + "secret) is shorter than " + Door.SHORTEST_SECRET
                + " characters: take a longer one.";
    }

    private static Properties built() {
        Properties built = new Properties();
        try (InputStream file = StartCheck.class.getResourceAsStream("built.properties")) {
            built.load(file);
            return built;
        } catch (IOException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
