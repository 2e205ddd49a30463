package dev.tributary.sync;

import java.util.regex.Pattern;

/**
 * Who is told of the changes of a collection.
 *
 * @param collection id of the collection
 * @param name unique among the followers of the collection: {@code [a-z0-9][a-z0-9_-]{0,62}}
 */
public record Follower(long collection, String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    public Follower {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name is \"" + name + "\", must match " + NAME.pattern());
        }
    }

    @Override
    public String toString() {
        return "follower %s of collection %d".formatted(name, collection);
    }
}
