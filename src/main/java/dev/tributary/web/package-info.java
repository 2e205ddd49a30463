/** Problem responses, request ids and limits of the HTTP API. Depends on no feature. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
