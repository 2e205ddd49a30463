package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a tenant and an ACL digest must be, in a chunk and in a search for it. */
public final class AccessRules {
    public static final int TENANT_LENGTH_MAX = 128;

    private static final Pattern DIGEST = Pattern.compile("([0-9a-fA-F]{2}){1,64}");

    private AccessRules() {}

    /**
     * Returns the tenant if it is valid: 1 to {@link #TENANT_LENGTH_MAX} characters.
     *
     * @throws ServiceException {@code INVALID} naming the field otherwise
     */
    public static String tenant(String field, String tenant) {
        return TextRules.within(field, tenant, TENANT_LENGTH_MAX);
    }

    /**
     * Returns the digest in lower case, as stores keep it, if it is 1 to 64 bytes in hexadecimal.
     *
     * @throws ServiceException {@code INVALID} naming the field otherwise
     */
    public static String digest(String field, String digest) {
        if (!DIGEST.matcher(digest).matches()) {
            throw ServiceException.invalid(field, "must be 1 to 64 bytes in hexadecimal");
        }
        return digest.toLowerCase(Locale.ROOT);
    }
}
