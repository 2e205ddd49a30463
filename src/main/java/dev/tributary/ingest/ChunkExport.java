package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import org.springframework.stereotype.Component;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Writes the chunks of a collection as NDJSON, in constant memory. */
@Component
class ChunkExport {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final RecordStore store;
    private final Slots slots;
    private final ObjectWriter writer;

    ChunkExport(RecordStore store, IngestProperties limits, JsonMapper json) {
        this.store = store;
        slots = new Slots("exports", limits.exportsMax());
        writer =
                json.writerFor(ChunkBody.class)
                        .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                        .without(StreamWriteFeature.FLUSH_PASSED_TO_STREAM);
    }

    /**
     * @throws ServiceException {@code UNAVAILABLE} before anything is written, if too many exports
     *     run
     */
    void write(Rows rows, OutputStream target) throws IOException {
        slots.take("exports_busy");
        try {
            writeAll(rows, target);
        } finally {
            slots.free();
        }
    }

    private void writeAll(Rows rows, OutputStream target) throws IOException {
        var buffered = new BufferedOutputStream(target, BUFFER_BYTES);
        try {
            store.forEach(
                    rows,
                    EnumSet.allOf(Include.class),
                    chunk -> {
                        writer.writeValue(buffered, ChunkBody.of(chunk));
                        newline(buffered);
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        buffered.flush();
    }

    private static void newline(OutputStream target) {
        try {
            target.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
