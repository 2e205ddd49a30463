package dev.tributary.security;

import dev.tributary.failure.ServiceException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a call is made. It is resolved once, at the edge, and handed explicitly to
 * whatever serves the call. Making one with a namespace against {@link Names} throws {@code
 * INVALID}.
 *
 * @param namespace whose collections and jobs exist for it; those of others do not
 * @param tenant the only tenant whose rows it may see and change; null for every row
 * @param scopes what it may do
 */
public record Caller(String namespace, @Nullable String tenant, Set<Scope> scopes) {
    public static final String NAMESPACE_DEFAULT = "default";

    /** A kind of call. */
    public enum Scope {
        /** Reads and searches. */
        READ,
        /** Changes rows. */
        WRITE,
        /** Changes collections, aliases and everything else. */
        ADMIN
    }

    public Caller {
        Names.require("namespace", namespace);
        scopes = Set.copyOf(scopes);
    }

    /** A caller who may do everything in a namespace. */
    public static Caller unrestricted(String namespace) {
        return new Caller(namespace, null, EnumSet.allOf(Scope.class));
    }

    /**
     * The same caller in the namespace that a request names.
     *
     * @param named null where the request names none
     * @throws ServiceException {@code INVALID} for what cannot be a namespace
     */
    public Caller in(@Nullable String named) {
        return named == null || named.equals(namespace) ? this : new Caller(named, tenant, scopes);
    }

    /** The path of something of this namespace, with the query parameter that leads there. */
    public String path(String path) {
        return namespace.equals(NAMESPACE_DEFAULT) ? path : path + "?namespace=" + namespace;
    }
}
