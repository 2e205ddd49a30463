package dev.tributary.qdrant;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a Qdrant server. Qdrant supports a client whose minor version differs by one at
 * most.
 */
record ServerVersion(int major, int minor) {
    /** The version of the client in the service. */
    static final ServerVersion CLIENT = new ServerVersion(1, 18);

    /** The oldest that can insert a point without replacing another. */
    static final ServerVersion LEAST = new ServerVersion(1, 17);

    private static final Pattern TEXT = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})(\\..*)?");

    /** Reads a version such as {@code 1.18.3}; one that cannot be read is 0.0. */
    static ServerVersion parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? new ServerVersion(
                        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new ServerVersion(0, 0);
    }

    /** Why the service may not work with this server; empty if it does. */
    Optional<String> complaint() {
        if (major < LEAST.major || (major == LEAST.major && minor < LEAST.minor)) {
            return Optional.of(
                    "Qdrant %s is too old, must be %s or newer: update it".formatted(this, LEAST));
        }
        return major == CLIENT.major && Math.abs(minor - CLIENT.minor) <= 1
                ? Optional.empty()
                : Optional.of(
                        "Qdrant %s is more than one minor version from %s, for which the service is made: use %s to %d.%d"
                                .formatted(this, CLIENT, LEAST, CLIENT.major, CLIENT.minor + 1));
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
