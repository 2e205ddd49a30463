package dev.tributary.security;

import dev.tributary.failure.ServiceException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a call is made. It is resolved once, at the edge, and passed explicitly to
 * everything that serves the call. The constructor throws {@code INVALID} for a namespace that
 * violates {@link Names}.
 *
 * @param namespace the namespace whose collections and jobs exist for the caller; others do not
 * @param tenant the only tenant whose rows the caller may see and change; null for every row
 * @param scopes what the caller may do
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
     * @param named the namespace in the request; null if there is none
     * @throws ServiceException {@code INVALID} if it is not a valid namespace
     */
    public Caller in(@Nullable String named) {
        return named == null || named.equals(namespace) ? this : new Caller(named, tenant, scopes);
    }

    /** The path of a resource in this namespace, with the query parameter for the namespace. */
    public String path(String path) {
        return namespace.equals(NAMESPACE_DEFAULT) ? path : path + "?namespace=" + namespace;
    }
}
