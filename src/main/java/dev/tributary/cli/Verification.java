package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.read.ChunkParts;
import dev.tributary.cli.read.SourceRecord;
import dev.tributary.cli.read.VectorReader;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Compares stored chunks with a source: id, embedding and content of each record, in the order of
 * the source. Not for use by several threads.
 */
final class Verification {
    private static final int IDS_MAX = 1_000;
    private static final long BYTES_MAX = 8L << 20;
    private static final int DIFFERENCES_MAX = 10;

    private final ServiceClient service;
    private final String collection;
    private final Retries retries;
    private final MessageDigest source = Sums.sha256();
    private final MessageDigest stored = Sums.sha256();
    private final List<String> differences = new ArrayList<>();
    private long records;
    private long different;

    private final List<Numbered> batch = new ArrayList<>();
    private long batchBytes;

    private record Numbered(long number, ChunkParts parts) {}

    /**
     * The result of the comparison.
     *
     * @param records number of records compared
     * @param source SHA-256 of the source in hexadecimal
     * @param stored SHA-256 of the stored chunks for it
     * @param different number of records that differ; 0 if and only if the sums are the same
     * @param differences the differences of the first of them, at most 10
     */
    record Result(
            long records, String source, String stored, long different, List<String> differences) {}

    Verification(ServiceClient service, String collection, Retries retries) {
        this.service = service;
        this.collection = collection;
        this.retries = retries;
    }

    /**
     * Reads the source to its end.
     *
     * @param unit name of a record in messages
     */
    Result run(VectorReader reader, String unit, Progress progress) throws IOException {
        SourceRecord next;
        while ((next = reader.next()) != null) {
            add(next, unit);
            progress.update(next.number(), reader.share());
        }
        compare(unit);
        HexFormat hex = HexFormat.of();
        return new Result(
                records,
                hex.formatHex(source.digest()),
                hex.formatHex(stored.digest()),
                different,
                List.copyOf(differences));
    }

    private void add(SourceRecord next, String unit) {
        ChunkParts parts;
        try {
            parts = next.parts();
        } catch (CommandException e) {
            records++;
            source.update(next.line());
            differ("%s %,d: %s".formatted(unit, next.number(), e.getMessage()));
            return;
        }
        if (parts == null) {
            return;
        }
        records++;
        batch.add(new Numbered(next.number(), parts));
        batchBytes += parts.bytes();
        if (batch.size() == IDS_MAX || batchBytes >= BYTES_MAX) {
            compare(unit);
        }
    }

    private void compare(String unit) {
        if (batch.isEmpty()) {
            return;
        }
        Map<UUID, ChunkParts> found = retries.run(this::fetch);
        for (Numbered record : batch) {
            ChunkParts here = record.parts();
            ChunkParts there = found.get(here.id());
            here.addTo(source);
            if (there != null) {
                here.comparable(there).addTo(stored);
            }
            String difference = here.difference(there);
            if (difference != null) {
                differ("%s %,d (id %s) %s".formatted(unit, record.number(), here.id(), difference));
            }
        }
        batch.clear();
        batchBytes = 0;
    }

    private Map<UUID, ChunkParts> fetch() {
        Map<UUID, ChunkParts> found = new HashMap<>();
        List<UUID> ids = batch.stream().map(it -> it.parts().id()).distinct().toList();
        service.chunks(collection, ids, parts -> found.put(parts.id(), parts));
        return found;
    }

    private void differ(String difference) {
        different++;
        if (differences.size() < DIFFERENCES_MAX) {
            differences.add(difference);
        }
    }
}
