package dev.tributary.security;

import dev.tributary.failure.ServiceException;
import java.util.regex.Pattern;

/** The rules for names of namespaces, collections, aliases and kinds of jobs. */
public final class Names {
    /** A regular expression for a whole name. */
    public static final String PATTERN = "[a-z0-9][a-z0-9_-]{0,62}";

    public static final int LENGTH_MAX = 63;

    private static final Pattern NAME = Pattern.compile(PATTERN);
    private static final int SHOWN_MAX = 80;

    private Names() {}

    /**
     * Returns the name if it is valid.
     *
     * @param field where the name is in the request
     * @throws ServiceException {@code INVALID} otherwise
     */
    public static String require(String field, String name) {
        if (NAME.matcher(name).matches()) {
            return name;
        }
        String shown = name.length() > SHOWN_MAX ? name.substring(0, SHOWN_MAX) + "…" : name;
        throw ServiceException.invalid(
                field,
                "is \""
                        + shown
                        + "\", must be 1 to 63 of a-z, 0-9, _ and -, and not begin with _ or -");
    }
}
