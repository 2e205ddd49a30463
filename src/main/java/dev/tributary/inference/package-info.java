/** What models of every kind are run with: calls to their servers, sessions in process, workers. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.inference;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
