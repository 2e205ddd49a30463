/** The vector store on PostgreSQL and pgvector, and all of its SQL. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "sql", "background"})
@NullMarked
package dev.tributary.pgvector;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
