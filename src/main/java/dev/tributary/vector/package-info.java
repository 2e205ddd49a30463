/** The port to a vector database, and its types. Depends on neither Spring nor JDBC. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.vector;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
