package dev.tributary.ingest;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.CollectionWrites;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.ingest.ImportWriter.Entry;
import dev.tributary.ingest.NdjsonLines.Line;
import dev.tributary.security.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores the lines of a stream, one chunk each, as they arrive: in constant memory, a few batches
 * at a time. A line that cannot be stored fails alone. Stored lines stay, and storing them again
 * changes nothing, so an interrupted import can be sent again. Safe for use by many threads.
 */
@Component
class ChunkImport {
    private static final long BATCH_BYTES_MAX = 8L << 20;

    private final Catalogue catalogue;
    private final CollectionWrites writes;
    private final ChunkIngest ingest;
    private final IngestProperties limits;
    private final ObjectReader reader;
    private final Slots slots;

    ChunkImport(
            Catalogue catalogue,
            CollectionWrites writes,
            ChunkIngest ingest,
            IngestProperties limits,
            JsonMapper json) {
        this.catalogue = catalogue;
        this.writes = writes;
        this.ingest = ingest;
        this.limits = limits;
        reader =
                json.readerFor(ChunkReading.class)
                        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        slots = new Slots("imports", limits.importsMax());
    }

    /**
     * Reads the stream to its end. If the name is switched to another collection meanwhile, the
     * following lines are stored there.
     *
     * @throws ServiceException {@code MISSING} for the collection; {@code UNAVAILABLE} if too many
     *     imports run, or if the store is unavailable for more than half a minute; {@code INVALID}
     *     if the rest of the stream cannot be read
     */
    ImportTally run(Caller caller, String name, InputStream body) throws IOException {
        // Reports a missing collection before the stream is read.
        catalogue.resolve(caller, name);
        slots.take("imports_busy");
        var tally = new ImportTally();
        List<ImportWriter> writers = new ArrayList<>();
        try {
            for (int i = 0; i < limits.importWriters(); i++) {
                writers.add(
                        new ImportWriter(
                                readings ->
                                        writes.write(
                                                caller,
                                                name,
                                                collection ->
                                                        ingest.put(caller, collection, readings)),
                                tally,
                                limits.chunksMax(),
                                BATCH_BYTES_MAX));
            }
            read(new NdjsonLines(body, (int) limits.lineMax().toBytes()), writers, tally);
            for (ImportWriter writer : writers) {
                writer.finish();
            }
            return tally;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable("interrupted", "the import was interrupted", e);
        } catch (ServiceException e) {
            throw e.withHint(
                    "%,d lines are stored, and sending them again changes nothing: send the whole file again"
                            .formatted(tally.stored()));
        } finally {
            writers.forEach(ImportWriter::abandon);
            slots.free();
        }
    }

    private void read(NdjsonLines lines, List<ImportWriter> writers, ImportTally tally)
            throws IOException, InterruptedException {
        Line line;
        while ((line = lines.next()) != null) {
            byte[] bytes = line.bytes();
            if (bytes == null) {
                tally.addFailed(
                        line.number(),
                        "line has more than %,d bytes".formatted(limits.lineMax().toBytes()));
                continue;
            }
            ChunkReading reading = parse(line.number(), bytes, tally);
            if (reading != null) {
                Object key = reading.input().identity();
                int writer = Math.floorMod(key.hashCode(), writers.size());
                writers.get(writer).add(new Entry(line.number(), reading), key, bytes.length);
            }
        }
    }

    private @Nullable ChunkReading parse(long line, byte[] bytes, ImportTally tally) {
        try {
            ChunkReading reading = reader.readValue(bytes);
            FieldError error = reading.error();
            if (error == null) {
                return reading;
            }
            tally.addFailed(line, error.field() + " " + error.message());
        } catch (MismatchedInputException _) {
            tally.addFailed(line, "line has more than one JSON value");
        } catch (JacksonException e) {
            tally.addFailed(line, "line is not one JSON object: " + e.getOriginalMessage());
        }
        return null;
    }
}
