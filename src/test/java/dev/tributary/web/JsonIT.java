package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonIT extends HttpIT {
    @Test
    void namesAreSnakeCaseAndConstantsLowerCase() {
        Answer answer = echo("{\"top_k\": 5, \"metric\": \"inner_product\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasToString("{\"top_k\":5,\"metric\":\"inner_product\"}");
    }

    @Test
    void keepsTheNumbersOfMetadataAsTheyWere() {
        String json =
                "{\"metadata\":{\"price\":0.10,\"long\":12345678901234567890123,\"nothing\":null}}";

        Answer answer = echo(json);

        assertThat(new String(answer.response().body(), StandardCharsets.UTF_8)).isEqualTo(json);
    }

    @Test
    void timesAreIso8601() {
        Answer answer = echo("{\"created_at\": \"2026-01-02T03:04:05.678Z\"}");

        assertThat(answer.body().path("created_at").asString())
                .isEqualTo("2026-01-02T03:04:05.678Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"top_k": "5"}              | top_k                 | is a string, must be an integer
                    {"top_k": 1.5}              | top_k                 | is a number, must be an integer
                    {"top_k": true}             | top_k                 | is true or false, must be an integer
                    {"top_k": ""}               | top_k                 | is a string, must be an integer
                    {"top_k": [5]}              | top_k                 | is an array, must be an integer
                    {"top_k": 99999999999}      | top_k                 | is out of range, must be an integer
                    {"text": 5}                 | text                  | is an integer, must be a string
                    {"text": {}}                | text                  | is an object, must be a string
                    {"weight": "1"}             | weight                | is a string, must be a number
                    {"exact": 1}                | exact                 | is an integer, must be true or false
                    {"exact": "true"}           | exact                 | is a string, must be true or false
                    {"metric": "euclid"}        | metric                | is "euclid", must be one of cosine, l2, inner_product
                    {"metric": "COSINE"}        | metric                | is "COSINE", must be one of cosine, l2, inner_product
                    {"metric": 1}               | metric                | is an integer, must be one of cosine, l2, inner_product
                    {"id": "no"}                | id                    | is "no", must be a UUID
                    {"created_at": "today"}     | created_at            | is "today", must be a time in ISO 8601
                    {"metadata": []}            | metadata              | is an array, must be an object
                    {"metadata": ""}            | metadata              | is a string, must be an object
                    {"include": "content"}      | include               | is a string, must be an array
                    {"include": [1]}            | include[0]            | is an integer, must be a string
                    {"inner": [{}, {"source_id": 1}]} | inner[1].source_id | is an integer, must be a string
                    {"inner": [null]}           | inner[0]              | is null, must be an object
                    {"inner": [{"source_id": ""}]} | inner[0].source_id | has 0 characters
                    {"inner": [{"embedding": ["x"]}]} | inner[0].embedding | has no number at position 0
                    []                          | body                  | is an array, must be an object
                    "text"                      | body                  | is a string, must be an object
                    """)
    void namesTheFieldOfTheWrongTypeAndWhatItMustBe(String json, String field, String message) {
        Answer answer = echo(json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_field");
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).isEqualTo(message);
        assertThat(answer.body().path("detail").asString()).isEqualTo(field + " " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "top_k, 10.0, 10",
        "top_k, 1e1, 10",
        "top_k, 1.50e1, 15",
        "top_k, -0.0, 0",
        "top_k, 2147483647.000, 2147483647",
        "big, 10.0, 10",
        "big, 9007199254740993.0, 9007199254740993",
        "big, 1E+3, 1000",
    })
    void aNumberWithoutAFractionIsAnInteger(String field, String number, long value) {
        Answer answer = echo("{\"" + field + "\": " + number + "}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path(field).asLong()).isEqualTo(value);
        assertThat(answer.body().path(field).isIntegralNumber()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2147483648.0, is out of range",
        "1e30, is out of range",
        "10.5, is a number",
        "1e-1, is a number",
        "1e-400, is a number",
        "NaN, is a number",
        "Infinity, is a number",
        "'\"10\"', is a string",
    })
    void aNumberThatIsNoIntegerInRangeIsRefused(String number, String found) {
        Answer answer = echo("{\"top_k\": " + number + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_field");
        assertThat(answer.field()).isEqualTo("top_k");
        assertThat(answer.fieldMessage()).isEqualTo(found + ", must be an integer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e99999999999", "1e-99999999999"})
    void anExponentBeyondReasonIsRefused(String number) {
        assertThat(echo("{\"top_k\": " + number + "}").status()).isEqualTo(400);
    }

    @Test
    void namesAnUnknownFieldAndTheKnownOnes() {
        Answer answer = echo("{\"inner\": [{\"sourceId\": \"a\"}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("unknown_field");
        assertThat(answer.field()).isEqualTo("inner[0].sourceId");
        assertThat(answer.fieldMessage())
                .isEqualTo("is not known, must be one of: source_id, embedding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e39"})
    void aComponentThatIsNotFiniteIsImpossible(String component) {
        Answer answer = echo("{\"inner\": [{\"embedding\": [1, " + component + "]}]}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("not_finite");
        assertThat(answer.field()).isEqualTo("inner[0].embedding");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"text": }        | the body is not JSON in UTF-8, at line 1, column 10
                    {text: 1}         | the body is not JSON in UTF-8, at line 1, column 2
                    {'text': 1}       | the body is not JSON in UTF-8, at line 1, column 2
                    {"text": "a"      | the JSON ends too early at line 1, column 13
                    {"text": "a"} {}  | the body is not JSON in UTF-8, at line 1, column 15
                    {"text": "a", "text": "b"} | the JSON has the same key twice in one object, at line 1, column 21
                    """)
    void tellsWhereTheJsonBreaks(String json, String detail) {
        Answer answer = echo(json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_json");
        assertThat(answer.body().path("detail").asString()).isEqualTo(detail);
    }

    @Test
    void refusesInvalidUtf8() {
        byte[] body = "{\"text\": \"a?b\"}".getBytes(StandardCharsets.US_ASCII);
        body[11] = (byte) 0xFF;

        Answer answer =
                send(
                        request("/test/echo")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(body)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_json");
    }

    @Test
    void refusesNestingBeyondReason() {
        Answer answer =
                echo("{\"metadata\": {\"a\": " + "[".repeat(1_000) + "]".repeat(1_000) + "}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_json");
    }

    @Test
    void repeatsTextThatIsNotUnicodeWithoutFailingItself() {
        Answer answer = echo("{\"metric\": \"\\ud800\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_field");
    }

    @Test
    void asksForABodyWhereThereIsNone() {
        Answer answer = echo("");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("missing_body");
    }

    @Test
    void namesEveryFieldThatIsOutOfBounds() {
        Answer answer = post("/test/bounded", "{\"top_k\": 0, \"next\": {\"top_k\": 11}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("top_k", "next.top_k");
    }

    @Test
    void aMissingNumberIsNotZero() {
        Answer answer = post("/test/bounded", "{}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo("top_k");
    }

    private Answer echo(String json) {
        return post("/test/echo", json);
    }
}
