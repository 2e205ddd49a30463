/** Stores chunks, and reads and deletes them by id, filter or source. */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "collection",
            "indexing",
            "embedding",
            "json"
        })
@NullMarked
package dev.tributary.ingest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
