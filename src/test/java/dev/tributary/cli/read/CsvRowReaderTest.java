package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.exit.CommandException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowReaderTest {
    private static final SqliteTable.Wanted USUAL = wanted(null, null, null);

    @TempDir private Path folder;

    private static SqliteTable.Wanted wanted(
            @Nullable String id, @Nullable String vector, @Nullable String content) {
        return new SqliteTable.Wanted(null, id, vector, content);
    }

    private static List<Row> read(String csv, SqliteTable.Wanted wanted) throws IOException {
        return SourceFiles.rows(CsvRowReader.open(SourceFiles.text(csv), wanted, null));
    }

    @Test
    void readsColumnsByTheirUsualNames() throws Exception {
        List<Row> rows =
                read(
                        """
                        id,text,embedding,lang,year,zip,draft,metadata
                        a,"hello, ""world""
                        of lines","[1, 2.5]",en,2020,01067,true,"{""n"": 1}"

                        b,two,"[3,4]",,1.50,x,,
                        """,
                        USUAL);

        assertThat(rows).extracting(Row::sourceId).containsExactly("a", "b");
        assertThat(rows).extracting(Row::number).containsExactly(1L, 2L);
        assertThat(rows.getFirst().content()).isEqualTo("hello, \"world\"\nof lines");
        assertThat(rows.getFirst().embedding()).containsExactly(1, 2.5f);
        assertThat(rows.getFirst().metadata())
                .containsOnlyKeys("lang", "year", "zip", "draft", "n")
                .containsEntry("year", new BigDecimal("2020"))
                .containsEntry("zip", "01067")
                .containsEntry("draft", true);
        assertThat(rows.getLast().metadata())
                .containsOnlyKeys("year", "zip")
                .containsEntry("year", new BigDecimal("1.50"));
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\t", "|", ","})
    void theFirstLineTellsTheSeparator(String separator) throws Exception {
        String csv =
                "\uFEFFid,Text,\"a;b\"\r\n1,\"x,y\",2\r\n".replace("d,T", "d" + separator + "T");
        csv =
                csv.replace("t,\"a", "t" + separator + "\"a")
                        .replace("1,\"x", "1" + separator + "\"x");
        csv = csv.replace("y\",2", "y\"" + separator + "2");

        List<Row> rows = read(csv, USUAL);

        assertThat(rows.getFirst().sourceId()).isEqualTo("1");
        assertThat(rows.getFirst().content()).isEqualTo("x,y");
        assertThat(rows.getFirst().metadata()).containsEntry("a;b", new BigDecimal("2"));
    }

    @Test
    void takesTheColumnsThatAreNamed() throws Exception {
        List<Row> rows = read("nr,body,text,e\n9,long,short,1 2\n", wanted("nr", "e", "text"));

        assertThat(rows.getFirst().sourceId()).isEqualTo("9");
        assertThat(rows.getFirst().content()).isEqualTo("short");
        assertThat(rows.getFirst().embedding()).containsExactly(1, 2);
        assertThat(rows.getFirst().metadata()).containsEntry("body", "long");
    }

    @Test
    void numbersRowsWithoutAnIdOrTakesIds() throws Exception {
        assertThat(read("content\nx\ny\n", USUAL))
                .extracting(Row::sourceId)
                .containsExactly("0", "1");
        Path ids = Files.writeString(folder.resolve("ids"), "p\nq");
        assertThat(
                        SourceFiles.rows(
                                CsvRowReader.open(
                                        SourceFiles.text("content\nx\ny\n"), USUAL, Ids.open(ids))))
                .extracting(Row::sourceId)
                .containsExactly("p", "q");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[1, -2e-1, 3]", "1 -0.2 3", "{1,-0.2,3}", "[1. -0.2\n 3.]", "1;-0.2;3"})
    void aVectorMayBeWrittenInManyWays(String vector) throws Exception {
        List<Row> rows = read("id,vector\n1,\"" + vector + "\"\n", USUAL);

        assertThat(rows.getFirst().embedding()).containsExactly(1, -0.2f, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    id,name~1,a              | none of the columns id, name is known to hold vectors or content
                    id,text,content~1,a,b    | text, content could be the content
                    text,text~a,b            | the first line has the column "text" twice
                    id,text~1                | row 1 (line 2) has 1 cells, must have 2 as the first line
                    id,vector~1,1,2,3        | row 1 (line 2) has 4 cells, must have 2 as the first line
                    id,text~1,a~,b           | row 2 has no id, which is the id column
                    id,vector~1,abc          | row 1 has "abc" in vector, must have numbers such as [0.1, 0.2]
                    id,text~1,"abc           | the file is not CSV after row 0
                    ~                        | the file is empty, must begin with the column names
                    """)
    void refusesWhatItCannotRead(String lines, String reason) {
        assertThatThrownBy(() -> read(lines.replace('~', '\n'), USUAL))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void saysThatNumpyHasShortenedAVector() {
        assertThatThrownBy(() -> read("id,vector\n1,\"[0.1 0.2 ... 0.3 0.4]\"\n", USUAL))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        e -> assertThat(e.told()).contains("numpy has shortened the vector"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE"})
    void readsWideCharsets(String charset) throws Exception {
        byte[] wide = "id,text\r\n1,caf\u00e9\r\n2,\u041a\r\n".getBytes(Charset.forName(charset));
        SourceInput input = SourceInput.open(null, new ByteArrayInputStream(wide));

        assertThat(SourceFiles.rows(CsvRowReader.open(input, USUAL, null)))
                .extracting(Row::content)
                .containsExactly("caf\u00e9", "\u041a");
    }

    @Test
    void saysHowToConvertAnotherCharset() throws Exception {
        byte[] latin = "id,text\n1,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
        SourceInput input = SourceInput.open(null, new ByteArrayInputStream(latin));

        assertThatThrownBy(() -> SourceFiles.rows(CsvRowReader.open(input, USUAL, null)))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        e -> assertThat(e.told()).contains("not UTF-8").contains("iconv"));
    }
}
