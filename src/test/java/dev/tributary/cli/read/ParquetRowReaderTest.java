package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that pyarrow 26 has written. */
class ParquetRowReaderTest {
    /**
     * Two rows: id int64, text, vec list of float32, year int32, price float64 (NaN), day date32,
     * raw bytes, tags list of text, metadata struct; in the second one, text, year, day and raw are
     * null.
     */
    private static final String SNAPPY =
            """
            UEFSMRUAFSwVMCwVBBUAFQYVBhwAAAAWVAIAAAAEAQcAAAAAAAAACAAAAAAAAAAVABX0AxVKLBUEFQAVBhUGHAAA
            APoBVAIAAAADAfAAAABoZWxsbyB3b3JsZCD+DAD+DAD+DACODAAVABVIFUosFQwVABUGFQYcAAAAJBQCAAAAAzYB
            BmQMAwAAgD8AACBAAABAwAAAgEAAAKBAAADAQBUAFRQVGCwVBBUAFQYVBhwAAAAKJAIAAAADAeQHAAAVABUsFTAs
            FQQVABUGFQYcAAAAFlQCAAAABAEAAAAAAAD4fwAAAAAAAPg/FQAVFBUYLBUEFQAVBhUGHAAAAAokAgAAAAMB508A
            ABUAFRYVGiwVBBUAFQYVBhwAAAALKAIAAAADAQEAAAB4FQAVLhUwLBUGFQAVBhUGHAAAABcYAgAAAAMCAwEGLB8A
            AQAAAHgBAAAAeRUAFSQVKCwVBBUAFQYVBhwAAAASRAIAAAAEAgIAAABlbgIAAABkZRUEGfwPNQAYBnNjaGVtYRUS
            ABUEJQIYAmlkABUMJQIYBHRleHQlAEwcAAAANQIYA3ZlYxUCFQZMPAAAADUEGARsaXN0FQIAFQglAhgHZWxlbWVu
            dAAVAiUCGAR5ZWFyABUKJQIYBXByaWNlABUCJQIYA2RheSUMTGwAAAAVDCUCGANyYXcANQIYBHRhZ3MVAhUGTDwA
            AAA1BBgEbGlzdBUCABUMJQIYB2VsZW1lbnQlAEwcAAAANQIYCG1ldGFkYXRhFQIAFQwlAhgEbGFuZyUATBwAAAAW
            BBkcGZwmABwVBBklBgAZGAJpZBUCFgQWUhZWJghJHBUAFQAVAgA8KQYZJgAEAAAAJgAcFQwZJQYAGRgEdGV4dBUC
            FgQWnAQWciZeSRwVABUAFQIAPBbgAxkGGSYCAgAAACYAHBUIGSUGABk4A3ZlYwRsaXN0B2VsZW1lbnQVAhYMFm4W
            cCbQAUkcFQAVABUCADwpJgQIGUYAAAAMAAAAJgAcFQIZJQYAGRgEeWVhchUCFgQWOhY+JsACSRwVABUAFQIAPCkG
            GSYCAgAAACYAHBUKGSUGABkYBXByaWNlFQIWBBZSFlYm/gJJHBUAFQAVAgA8KQYZJgAEAAAAJgAcFQIZJQYAGRgD
            ZGF5FQIWBBY6Fj4m1ANJHBUAFQAVAgA8KQYZJgICAAAAJgAcFQwZJQYAGRgDcmF3FQIWBBY8FkAmkgRJHBUAFQAV
            AgA8FgIZBhkmAgIAAAAmABwVDBklBgAZOAR0YWdzBGxpc3QHZWxlbWVudBUCFgYWVBZWJtIESRwVABUAFQIAPBYE
            GSYEAhlGAAIABAAAACYAHBUMGSUGABkoCG1ldGFkYXRhBGxhbmcVAhYEFkoWTiaoBUkcFQAVABUCADwWCBkGGTYA
            AAQAAAAW/AgWBCYIFu4FACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZnBwAABwAABwAABwAABwA
            ABwAABwAABwAABwAAAD1AgAAUEFSMQ==
            """;

    /** One row: name, and embedding, a list of float64; gzip. */
    private static final String DOUBLES =
            """
            UEFSMRUAFRYVOiwVAhUAFQYVBhwAAAAfiwgAAAAAAAIDY2JgYGBiZASSeQBOr0L4CwAAABUAFTgVTiwVBBUAFQYV
            BhwAAAAfiwgAAAAAAAIDY2JgYGBmYgKSLMwMYPDAHkL/sAcA6vaY7BwAAAAVBBlcNQAYBnNjaGVtYRUEABUMJQIY
            BG5hbWUlAEwcAAAANQIYCWVtYmVkZGluZxUCFQZMPAAAADUEGARsaXN0FQIAFQolAhgHZWxlbWVudAAWAhkcGSwm
            ABwVDBklBgAZGARuYW1lFQQWAhY8FmAmCEkcFQAVABUCADwWAhkGGSYAAgAAACYAHBUKGSUGABk4CWVtYmVkZGlu
            ZwRsaXN0B2VsZW1lbnQVBBYEFl4WdCZoSRwVABUAFQIAPCkmAgIZRgAAAAQAAAAWmgEWAiYIFtQBACggcGFycXVl
            dC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZLBwAABwAAAD/AAAAUEFSMQ==
            """;

    /** One row: text. */
    private static final String ZSTD =
            """
            UEFSMRUAFdwBFTQsFQIVABUGFQYcAAAAKLUv/SBujQAAWAIAAAACAWQAAABhAQAgBV4VBBksNQAYBnNjaGVtYRUC
            ABUMJQIYBHRleHQlAEwcAAAAFgIZHBkcJgAcFQwZJQYAGRgEdGV4dBUMFgIWhAIWXCYISRwVABUAFQIAPBbIARkG
            GSYAAgAAABaEAhYCJggWXAAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAiwAAAFBBUjE=
            """;

    @TempDir private Path folder;

    private Path file(String base64) throws IOException {
        byte[] bytes = Base64.getMimeDecoder().decode(base64);
        return Files.write(folder.resolve("rows.parquet"), bytes);
    }

    private static SqliteTable.Wanted wanted(@Nullable String id, @Nullable String content) {
        return new SqliteTable.Wanted(null, id, null, content);
    }

    private List<Row> read(String base64, SqliteTable.Wanted wanted) throws IOException {
        return SourceFiles.rows(ParquetRowReader.open(file(base64), wanted, null));
    }

    @Test
    void readsEveryKindOfColumn() throws Exception {
        List<Row> rows = read(SNAPPY, wanted(null, null));

        assertThat(rows).extracting(Row::sourceId).containsExactly("7", "8");
        Row first = rows.getFirst();
        assertThat(first.number()).isEqualTo(1);
        assertThat(first.embedding()).containsExactly(1, 2.5f, -3);
        assertThat(first.content()).isEqualTo("hello world ".repeat(20));
        assertThat(first.metadata())
                .containsOnlyKeys("year", "day", "tags", "lang")
                .containsEntry("year", 2020)
                .containsEntry("day", "2026-01-02")
                .containsEntry("tags", List.of("x", "y"))
                .containsEntry("lang", "en");
        Row second = rows.getLast();
        assertThat(second.content()).isNull();
        assertThat(second.metadata())
                .containsOnlyKeys("price", "tags", "lang")
                .containsEntry("price", 1.5)
                .containsEntry("tags", List.of());
    }

    @Test
    void numbersRowsWithoutAnIdAndReadsDoubles() throws Exception {
        List<Row> rows = read(DOUBLES, wanted(null, null));

        assertThat(rows.getFirst().sourceId()).isEqualTo("0");
        assertThat(rows.getFirst().embedding()).containsExactly(0.5f, 1.5f);
        assertThat(rows.getFirst().metadata()).containsEntry("name", "n");
    }

    @Test
    void takesTheColumnsThatAreNamed() throws Exception {
        List<Row> rows = read(DOUBLES, wanted("name", null));

        assertThat(rows.getFirst().sourceId()).isEqualTo("n");
        assertThatThrownBy(() -> read(DOUBLES, wanted("nope", null)))
                .hasMessage("--id-column is nope, must be one of the columns name, embedding");
    }

    @Test
    void saysWhatToConvertAnotherCompressionWith() {
        assertThatThrownBy(() -> read(ZSTD, wanted(null, null)))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        e ->
                                assertThat(e.told())
                                        .contains("is compressed with zstd")
                                        .contains("compression='snappy'"));
    }

    @Test
    void refusesWhatIsNotParquet() throws Exception {
        Path text = Files.writeString(folder.resolve("text.parquet"), "id,text\n1,hello\n");

        assertThatThrownBy(() -> ParquetRowReader.open(text, wanted(null, null), null))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("cannot be read as Parquet");
    }

    @Test
    void refusesAFileThatWasCutOff() throws Exception {
        byte[] bytes = Base64.getMimeDecoder().decode(SNAPPY);
        Path cut = folder.resolve("cut.parquet");
        Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> ParquetRowReader.open(cut, wanted(null, null), null))
                .isInstanceOf(CommandException.class);
    }
}
