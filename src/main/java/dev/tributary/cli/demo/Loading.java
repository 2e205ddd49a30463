package dev.tributary.cli.demo;

import dev.tributary.cli.demo.DemoService.Stored;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Stores files as documents, several at once, and shows progress: on one line that is overwritten
 * on a terminal, otherwise every few seconds. For one load.
 */
final class Loading {
    private static final int UPLOADS_AT_ONCE = 4;

    private final DemoService service;
    private final PrintWriter out;
    private final boolean isTerminal;
    private final SortedMap<String, Path> files;
    private final long start = System.nanoTime();
    private int done;
    private long chunks;
    private double printedAt;

    /**
     * Prepares the load.
     *
     * @param isTerminal whether the output is a terminal, on which a line may be overwritten
     * @param files the files by source id
     */
    Loading(
            DemoService service,
            PrintWriter out,
            boolean isTerminal,
            SortedMap<String, Path> files) {
        this.service = service;
        this.out = out;
        this.isTerminal = isTerminal;
        this.files = files;
    }

    /** Stores every file, and deletes the documents whose file no longer exists. */
    void run() throws IOException, InterruptedException {
        long stored = 0;
        long embedded = 0;
        for (Stored each : putAll()) {
            stored += each.chunks();
            embedded += each.embedded();
        }
        int gone = service.deleteOthers(files.keySet());
        note(
                "%s in %s: %,d embedded, %,d unchanged%s (%.1f s)"
                        .formatted(
                                count(stored, "chunk"),
                                count(files.size(), "file"),
                                embedded,
                                stored - embedded,
                                gone == 0 ? "" : "; " + count(gone, "document") + " deleted",
                                seconds()));
    }

    private List<Stored> putAll() throws IOException, InterruptedException {
        List<Stored> all = new ArrayList<>();
        try (var workers = Executors.newFixedThreadPool(UPLOADS_AT_ONCE)) {
            List<Future<Stored>> puts = new ArrayList<>();
            for (Map.Entry<String, Path> file : files.entrySet()) {
                puts.add(workers.submit(() -> put(file.getKey(), file.getValue())));
            }
            try {
                for (Future<Stored> put : puts) {
                    all.add(put.get());
                }
            } catch (ExecutionException e) {
                workers.shutdownNow();
                switch (e.getCause()) {
                    case RuntimeException failure -> throw failure;
                    case IOException failure -> throw failure;
                    case null, default -> throw new IllegalStateException("a put failed", e);
                }
            }
        }
        return all;
    }

    private Stored put(String id, Path file) throws IOException, InterruptedException {
        String text = TextFiles.read(file);
        Stored stored =
                text == null ? new Stored(0, 0, "the file has changed") : service.put(id, text);
        if (stored.refusal() != null) {
            note("skipped " + Passage.oneLine(id) + ": " + stored.refusal());
        }
        add(stored.chunks());
        return stored;
    }

    private synchronized void add(long more) {
        done++;
        chunks += more;
        double seconds = seconds();
        if (seconds - printedAt < (isTerminal ? 0.2 : 5)) {
            return;
        }
        printedAt = seconds;
        long left = Math.round(seconds / done * (files.size() - done));
        String line =
                "%,d of %,d files, %,d chunks, %,.0f chunks/s, %s left"
                        .formatted(done, files.size(), chunks, chunks / seconds, time(left));
        out.print(isTerminal ? "\r" + line + "\u001b[K" : line + "\n");
        out.flush();
    }

    private synchronized void note(String line) {
        out.println((isTerminal ? "\r\u001b[K" : "") + line);
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private static String time(long seconds) {
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }

    private static String count(long number, String what) {
        return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
    }
}
