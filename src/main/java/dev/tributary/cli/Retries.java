package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How calls that are safe to repeat are retried.
 *
 * @param max most retries of a call, 0 to 100
 * @param firstWait wait before the first retry; doubled for each further one, up to 30 seconds, or
 *     as long as the service asks for
 * @param terminal where retries are reported
 */
record Retries(int max, Duration firstWait, Terminal terminal) {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /**
     * Makes the call until it succeeds.
     *
     * @throws CommandException the failure of the last attempt
     */
    <T> T run(Supplier<T> call) {
        Duration wait = firstWait;
        for (int tries = 1; tries <= max; tries++) {
            try {
                return call.get();
            } catch (CommandException e) {
                Duration asked = e.retryAfter();
                if (asked == null) {
                    throw e;
                }
                Duration chosen = asked.compareTo(wait) > 0 ? asked : wait;
                terminal.say(
                        "%s; retry %d of %d in %.1f s"
                                .formatted(e.getMessage(), tries, max, chosen.toMillis() / 1e3));
                sleep(chosen);
                wait =
                        wait.multipliedBy(2).compareTo(WAIT_MAX) > 0
                                ? WAIT_MAX
                                : wait.multipliedBy(2);
            }
        }
        return call.get();
    }

    private static void sleep(Duration wait) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.refused("interrupted");
        }
    }
}
