/** What tests of several modules share: a real PostgreSQL, small models, a clock. */
@NullMarked
package dev.tributary.testing;

import org.jspecify.annotations.NullMarked;
