package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import java.util.regex.Pattern;

/** What namespaces, collections and kinds may be called. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
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
        throw ServiceException.invalid(
                field,
                "is \""
                        + ItemError.shortened(name, SHOWN_MAX)
                        + "\", must be 1 to 63 of a-z, 0-9, _ and -, and not begin with _ or -");
    }
}
