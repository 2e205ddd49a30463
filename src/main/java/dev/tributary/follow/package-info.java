/** Derived stores of collections: filled, kept in step, verified and rebuilt. */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "collection",
            "job",
            "sync",
            "sql",
            "background"
        })
@NullMarked
package dev.tributary.follow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
