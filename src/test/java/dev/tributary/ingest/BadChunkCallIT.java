package dev.tributary.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls on chunks that cannot be understood as a whole: they change nothing. */
class BadChunkCallIT extends CollectionsIT {
    private static final String ID = "00000000-0000-4000-8000-000000000001";

    private String collection = "";

    @BeforeAll
    void createCollection() {
        collection = create("{\"dimension\": 3}");
        putChunks(
                collection,
                "{\"id\": \"" + ID + "\", \"source_id\": \"kept\", \"embedding\": [1, 2, 3]}");
    }

    @AfterEach
    void nothingWasWritten() {
        assertThat(count(collection)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                                                           | missing_body |
                    null                                                         | missing_body |
                    hello                                                        | malformed_json |
                    {"chunks": [                                                 | malformed_json |
                    {"chunks": [{"source_id": "a", "embedding": [1,2,3]}]} true  | malformed_json |
                    {"chunks": [{"source_id": "a", "embedding": [1,2,01]}]}      | malformed_json |
                    {"chunks": [{"source_id": "a", "source_id": "b"}]}           | malformed_json |
                    []                                                           | invalid_field | body
                    {}                                                           | invalid_field | chunks
                    {"chunks": null}                                             | invalid_field | chunks
                    {"chunks": []}                                               | invalid_field | chunks
                    {"chunks": {}}                                               | invalid_field | chunks
                    {"chunks": "all"}                                            | invalid_field | chunks
                    {"chunks": [{"source_id": "a", "embedding": [1,2,3]}], "upsert": true} | unknown_field | upsert
                    """)
    void aPutThatIsNotOneIsRefused(String body, String code, String field) {
        Answer answer = put("/collections/" + collection + "/chunks", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.field()).isEqualTo(field == null ? "" : field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FF FE", "C3 28", "ED A0 80", "80"})
    void invalidUtf8IsRefused(String bytes) {
        String latin = new String(HexFormat.ofDelimiter(" ").parseHex(bytes), ISO_8859_1);
        String body = "{\"chunks\": [{\"source_id\": \"" + latin + "\", \"embedding\": [1,2,3]}]}";

        Answer answer =
                send(
                        request("/collections/" + collection + "/chunks")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofByteArray(body.getBytes(ISO_8859_1))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_json");
    }

    @Test
    void aThousandAndOneChunksAreTooMany() {
        String[] chunks =
                IntStream.range(0, 1_001)
                        .mapToObj(i -> "{\"source_id\": \"s" + i + "\", \"embedding\": [1,2,3]}")
                        .toArray(String[]::new);

        Answer answer = putChunks(collection, chunks);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo("chunks");
        assertThat(answer.fieldMessage()).isEqualTo("has 1,001 chunks, must have at most 1,000");
    }

    @Test
    void anythingButJsonIsRefused() {
        for (String type :
                new String[] {
                    "application/yaml",
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x",
                    "application/octet-stream",
                    "nonsense"
                }) {
            Answer answer =
                    send(
                            request("/collections/" + collection + "/chunks")
                                    .header("Content-Type", type)
                                    .PUT(
                                            BodyPublishers.ofString(
                                                    "{\"chunks\": [{\"source_id\": \"a\", \"embedding\": [1,2,3]}]}")));

            assertThat(answer.status()).as(type).isEqualTo(415);
            assertThat(answer.code()).isEqualTo("unsupported_media_type");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                          | ids
                    {"ids": []}                                 | ids
                    {"ids": null}                               | ids
                    {"ids": "x"}                                | ids
                    {"ids": ["x"]}                              | ids[0]
                    {"ids": [null]}                             | ids[0]
                    {"filter": null}                            | ids
                    {"filter": []}                              | filter
                    {"filter": {"$nope": 1}}                    | filter.$nope
                    {"dry_run": true}                           | ids
                    {"dry_run": "yes", "source_id": "kept"}     | dry_run
                    {"source_type": "document"}                 | ids
                    {"source_id": "kept", "filter": {}}         | ids
                    {"source_id": ""}                           | source_id
                    {"source_id": 5}                            | source_id
                    {"source_id": "kept\\u0000"}                | source_id
                    {"source_id": "kept\\ud800"}                | source_id
                    {"source_id": "kept", "source_type": ""}    | source_type
                    {"source_id": "kept", "source_type": "\\u0000"} | source_type
                    {"source": "kept"}                          | source
                    """)
    void aDeletionThatIsNotOneIsRefused(String body, String field) {
        Answer answer = post("/collections/" + collection + "/chunks/delete", body);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    limit=0                 | limit     | is 0, must be 1 to 1,000
                    limit=-1                | limit     | is -1, must be 1 to 1,000
                    limit=1001              | limit     | is 1,001, must be 1 to 1,000
                    limit=ten               | limit     | is "ten", must be a number in range
                    limit=1.5               | limit     | is "1.5", must be a number in range
                    limit=99999999999       | limit     | is "99999999999", must be a number in range
                    cursor=zzz              | cursor    | is not the next_cursor of a page
                    cursor=%00              | cursor    | is not the next_cursor of a page
                    cursor=AAAA             | cursor    | is not the next_cursor of a page
                    include=vector          | include   | is "vector", must be one of content, metadata, embedding
                    include=content,vector  | include   | is "content,vector", must be one of content, metadata, embedding
                    namespace=A%27b         | namespace | is "A'b", must be 1 to 63 of a-z, 0-9, _ and -, and not begin with _ or -
                    namspace=other          | namspace  | is not a query parameter of this call; known: cursor, include, limit, namespace
                    """)
    void aListThatIsNotOneIsRefused(String query, String field, String message) {
        Answer answer = get("/collections/" + collection + "/chunks?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    get    | {}                                                      | ids
                    get    | {"ids": []}                                             | ids
                    get    | {"ids": ["1-2-3-4-5"]}                                  | ids[0]
                    get    | {"ids": [7]}                                            | ids[0]
                    get    | {"ids": ["00000000-0000-4000-8000-000000000001"], "include": ["all"]} | include[0]
                    get    | {"ids": ["00000000-0000-4000-8000-000000000001"], "include": "content"} | include
                    get    | {"id": "00000000-0000-4000-8000-000000000001"}          | id
                    scroll | {"limit": 0}                                            | limit
                    scroll | {"limit": 1001}                                         | limit
                    scroll | {"limit": "1"}                                          | limit
                    scroll | {"limit": 1.5}                                          | limit
                    scroll | {"cursor": "zzz"}                                       | cursor
                    scroll | {"cursor": 5}                                           | cursor
                    scroll | {"filter": {"a": {"$gt": true}}}                        | filter.a.$gt
                    scroll | {"offset": 5}                                           | offset
                    """)
    void aLookUpThatIsNotOneIsRefused(String call, String body, String field) {
        Answer answer = post("/collections/" + collection + "/chunks/" + call, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
    }

    @Test
    void aChunkOrCollectionThatIsNotThereIsMissing() {
        String unknown = "/collections/bad-chunk-call-nowhere";

        assertThat(get("/collections/" + collection + "/chunks/" + ID.replace('1', '2')).code())
                .isEqualTo("chunk_not_found");
        assertThat(get("/collections/" + collection + "/chunks/xyz").field()).isEqualTo("id");
        assertThat(put(unknown + "/chunks", "{\"chunks\": [{}]}").code())
                .isEqualTo("collection_not_found");
        assertThat(get(unknown + "/chunks").status()).isEqualTo(404);
        assertThat(get(unknown + "/chunks/" + ID).status()).isEqualTo(404);
        assertThat(post(unknown + "/chunks/get", "{\"ids\": [\"" + ID + "\"]}").status())
                .isEqualTo(404);
        assertThat(post(unknown + "/chunks/scroll", "{}").status()).isEqualTo(404);
        assertThat(post(unknown + "/chunks/delete", "{\"filter\": {}}").status()).isEqualTo(404);
        assertThat(post(unknown + "/count", "{}").status()).isEqualTo(404);
    }
}
