package dev.tributary.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a command: a bar that is overwritten on a terminal, otherwise a line every
 * 5 seconds. Safe for use by many threads; stops when it is closed.
 */
final class Progress implements AutoCloseable {
    private static final Duration BAR_INTERVAL = Duration.ofMillis(250);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);
    private static final int BAR_WIDTH = 30;

    private final Terminal terminal;
    private final String unit;
    private final long startNanos = System.nanoTime();
    private final @Nullable ScheduledExecutorService ticks;
    private volatile long count;
    private volatile double share = Double.NaN;

    /**
     * @param unit what is counted, such as row
     * @param isQuiet true to show nothing
     */
    Progress(Terminal terminal, String unit, boolean isQuiet) {
        this.terminal = terminal;
        this.unit = unit;
        if (isQuiet) {
            ticks = null;
            return;
        }
        ticks =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("progress").factory());
        Duration interval = terminal.isInteractive() ? BAR_INTERVAL : LINE_INTERVAL;
        ScheduledFuture<?> _ =
                ticks.scheduleAtFixedRate(
                        this::tell,
                        interval.toMillis(),
                        interval.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Records the progress.
     *
     * @param done number of units done
     * @param of share of the whole, 0 to 1; NaN if unknown
     */
    void update(long done, double of) {
        count = done;
        share = of;
    }

    private void tell() {
        String line = line(unit, count, share, elapsed());
        if (terminal.isInteractive()) {
            // Blanks overwrite the rest of a longer line.
            terminal.err().print("\r" + bar(share) + line + "    ");
        } else {
            terminal.err().println(line);
        }
        terminal.err().flush();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** A line such as {@code 45 %, 450,000 rows, 12,345 rows/s, ETA 0:45}. */
    static String line(String unit, long count, double share, Duration elapsed) {
        double seconds = Math.max(1e-3, elapsed.toMillis() / 1e3);
        String rate =
                String.format(
                        Locale.ROOT, "%,d %ss, %,.0f %ss/s", count, unit, count / seconds, unit);
        if (Double.isNaN(share)) {
            return rate;
        }
        String eta = share > 0 ? clock(seconds * (1 - share) / share) : "-";
        return String.format(Locale.ROOT, "%3.0f %%, %s, ETA %s", share * 100, rate, eta);
    }

    static String bar(double share) {
        if (Double.isNaN(share)) {
            return "";
        }
        int full = (int) Math.round(share * BAR_WIDTH);
        return "[" + "=".repeat(full) + " ".repeat(BAR_WIDTH - full) + "] ";
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(
                        Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    /** Stops, and shows the final state. */
    @Override
    public void close() {
        if (ticks != null) {
            ticks.shutdownNow();
            tell();
            if (terminal.isInteractive()) {
                terminal.err().println();
            }
        }
    }
}
