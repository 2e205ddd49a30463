/** Re-embeds collections with another model while they are read and written. */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "collection",
            "indexing",
            "embedding",
            "job",
            "sync",
            "follow",
            "sql",
            "background"
        })
@NullMarked
package dev.tributary.reembed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
