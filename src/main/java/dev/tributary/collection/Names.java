package dev.tributary.collection;

import dev.tributary.failure.ServiceException;
import java.util.regex.Pattern;

/** What namespaces, collections and aliases may be called. */
final class Names {
    static final String PATTERN = "[a-z0-9][a-z0-9_-]{0,62}";
    private static final Pattern NAME = Pattern.compile(PATTERN);
    private static final int SHOWN_MAX = 80;

    private Names() {}

    /**
     * Returns the name if it is one.
     *
     * @param field where it is in the request
     * @throws ServiceException {@code INVALID} otherwise
     */
    static String require(String field, String name) {
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
