/** What tests of several modules share: a real PostgreSQL. */
@NullMarked
package dev.tributary.testing;

import org.jspecify.annotations.NullMarked;
