package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores some of the lines of an import, in order, in a separate thread. The reader fills the next
 * batch while one is stored, and waits if storing takes longer.
 *
 * <p>A batch is retried for a while if the store is unavailable: storing it twice changes nothing.
 */
final class ImportWriter {
    private static final Duration[] RETRIES = {
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(6),
        Duration.ofSeconds(10)
    };
    private static final Duration POLL = Duration.ofMillis(100);
    private static final List<Entry> END = List.of();

    private final Function<List<ChunkReading>, PutAnswer> store;
    private final ImportTally tally;
    private final int rowsMax;
    private final long bytesMax;
    private final BlockingQueue<List<Entry>> queue = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean abandoned;
    private List<Entry> batch = new ArrayList<>();
    private Set<Object> keys = new HashSet<>();
    private long bytes;

    /** A line that was read. */
    record Entry(long line, ChunkReading reading) {}

    /**
     * Starts the thread.
     *
     * @param rowsMax most lines of a batch
     * @param bytesMax a batch whose lines have this many bytes is stored even if it is not full
     */
    ImportWriter(
            Function<List<ChunkReading>, PutAnswer> store,
            ImportTally tally,
            int rowsMax,
            long bytesMax) {
        this.store = store;
        this.tally = tally;
        this.rowsMax = rowsMax;
        this.bytesMax = bytesMax;
        thread = Thread.ofVirtual().name("import").start(this::run);
    }

    /**
     * Adds a line. Of several lines with the same key, the last one wins, so a batch never holds
     * two.
     *
     * @param key identifies the chunk
     */
    void add(Entry entry, Object key, int lineBytes) throws InterruptedException {
        if (batch.size() >= rowsMax || bytes >= bytesMax || !keys.add(key)) {
            flush();
            keys.add(key);
        }
        batch.add(entry);
        bytes += lineBytes;
    }

    /** Waits until everything is stored. */
    void finish() throws InterruptedException {
        flush();
        hand(END);
        thread.join();
        requireSound();
    }

    /** Drops the lines whose storing has not begun. */
    void abandon() {
        abandoned = true;
    }

    private void flush() throws InterruptedException {
        if (!batch.isEmpty()) {
            hand(batch);
        }
        batch = new ArrayList<>();
        keys = new HashSet<>();
        bytes = 0;
    }

    private void hand(List<Entry> full) throws InterruptedException {
        do {
            requireSound();
        } while (!queue.offer(full, POLL.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void requireSound() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException("a batch was not stored", e);
        }
    }

    private void run() {
        try {
            while (!abandoned) {
                List<Entry> next = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null && next.isEmpty()) {
                    return;
                }
                if (next != null) {
                    write(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Pass it to the reader, which would otherwise wait for ever or take the lines for
            // stored.
            failure = e;
        }
    }

    private void write(List<Entry> entries) throws InterruptedException {
        PutAnswer answer = put(entries.stream().map(Entry::reading).toList());
        for (int i = 0; i < entries.size(); i++) {
            tally.add(entries.get(i).line(), answer.results().get(i));
        }
    }

    private PutAnswer put(List<ChunkReading> readings) throws InterruptedException {
        for (Duration wait : RETRIES) {
            try {
                return store.apply(readings);
            } catch (ServiceException e) {
                if (e.kind() != ServiceException.Kind.UNAVAILABLE
                        && e.kind() != ServiceException.Kind.OUTCOME_UNKNOWN) {
                    throw e;
                }
                Thread.sleep(wait);
            }
        }
        return store.apply(readings);
    }
}
