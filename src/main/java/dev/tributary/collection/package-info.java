/** The catalogue: collections and their aliases, by namespace. */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "embedding",
            "json",
            "sql",
            "background"
        })
@NullMarked
package dev.tributary.collection;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
