/** Transactions on PostgreSQL, and what their failures mean to a caller. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.sql;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
