/** What every kind of model needs to run: calls to its server, sessions in process, workers. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.inference;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
