package dev.tributary.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.inference.Breaker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class RerankControllerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final MockMvcTester http = serving(new CommonWords("words"));

    private static MockMvcTester serving(Reranker... rerankers) {
        var limits =
                new RerankProperties(
                        Map.of(), TIMEOUT, TIMEOUT, 3, 1, 1, 1, new Breaker(2, TIMEOUT));
        var converter =
                new JacksonJsonHttpMessageConverter(
                        JsonMapper.builder()
                                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                                .changeDefaultPropertyInclusion(inclusion ->
                                        inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                                .build());
        return MockMvcTester.of(
                List.of(new RerankController(new Rerankers(List.of(rerankers), TIMEOUT), limits)),
                builder -> builder.setMessageConverters(converter).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rerank", "/v1/rerank", "/v2/rerank"})
    void answersInTheShapeOfCohere(String path) {
        var answer =
                post(
                        http,
                        path,
                        "{'model': 'words', 'query': 'a b', 'documents': ['c', 'a b', 'a c']}");

        assertThat(answer)
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"model": "words",
                         "results": [{"index": 1, "relevance_score": 2.0},
                                     {"index": 2, "relevance_score": 1.0},
                                     {"index": 0, "relevance_score": 0.0}]}
                        """);
        assertThat(answer).bodyJson().extractingPath("$.id").asString().isNotBlank();
        assertThat(answer).bodyJson().extractingPath("$.meta.took_ms").asNumber().isNotNull();
        assertThat(answer).bodyJson().doesNotHavePath("$.results[0].document");
    }

    @Test
    void tiesStayInTheOrderOfTheRequest() {
        assertThat(post(http, "/rerank", "{'query': 'a', 'documents': ['b', 'a c', 'a d']}"))
                .bodyJson()
                .extractingPath("$.results[*].index")
                .asArray()
                .containsExactly(1, 2, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "1000000, 3"})
    void returnsTheBestOnly(int topN, int results) {
        assertThat(
                        post(
                                http,
                                "/rerank",
                                "{'query': 'a', 'documents': ['b', 'a', 'c'], 'top_n': "
                                        + topN
                                        + "}"))
                .bodyJson()
                .extractingPath("$.results")
                .asArray()
                .hasSize(results);
    }

    @Test
    void takesAndReturnsDocumentsAsObjects() {
        assertThat(
                        post(
                                http,
                                "/rerank",
                                "{'query': 'a', 'documents': ['b', {'text': 'a 😀'}],"
                                        + " 'return_documents': true}"))
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"results": [
                          {"index": 1, "relevance_score": 1.0, "document": {"text": "a 😀"}},
                          {"index": 0, "relevance_score": 0.0, "document": {"text": "b"}}]}
                        """);
    }

    @Test
    void acceptsWhatCohereClientsSend() {
        assertThat(
                        post(
                                http,
                                "/v1/rerank",
                                "{'model': 'words', 'query': 'a', 'documents': [{'text': 'a'}],"
                                        + " 'top_n': 1, 'rank_fields': ['text'],"
                                        + " 'return_documents': false, 'max_chunks_per_doc': 10,"
                                        + " 'max_tokens_per_doc': 4096, 'priority': 0}"))
                .hasStatusOk();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                                      | query documents
                    {'query': null, 'documents': null}                      | query documents
                    {'query': ' ', 'documents': []}                         | query documents
                    {'query': 'a'}                                          | documents
                    {'query': 'a', 'documents': 'b'}                        | documents
                    {'query': 'a', 'documents': {'text': 'b'}}              | documents
                    {'query': 'a', 'documents': ['b', 'b', 'b', 'b']}       | documents
                    {'query': 'a', 'documents': ['b', ' ', '']}             | documents[1] documents[2]
                    {'query': 'a', 'documents': [null, 5, ['b']]}           | documents[0] documents[1] documents[2]
                    {'query': 'a', 'documents': [{}, {'text': 5}]}          | documents[0] documents[1]
                    {'query': 'a', 'documents': [{'text': ' '}]}            | documents[0].text
                    {'query': 'a', 'documents': [{'text': 'b', 'id': 1}]}   | documents[0]
                    {'query': 'a', 'documents': ['b'], 'top_n': 0}          | top_n
                    {'query': 'a', 'documents': ['b'], 'top_n': -1}         | top_n
                    {'query': 'a', 'documents': ['b'], 'rank_fields': []}   | rank_fields
                    {'documents': ['b', ''], 'top_n': 0, 'rank_fields': ['title']} | query documents[1] top_n rank_fields
                    """)
    void namesEveryFieldThatIsWrong(String body, String fields) {
        assertThat(post(http, "/rerank", body))
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.INVALID);
                            assertThat(e.errors())
                                    .extracting(FieldError::field)
                                    .containsExactly(fields.split(" ", -1));
                        });
    }

    @ParameterizedTest
    @CsvSource({"8192, 1048576, ", "8193, 1, query", "1, 1048577, documents[0]"})
    void limitsTheLengthOfTexts(int query, int document, @Nullable String field) {
        var answer =
                post(
                        http,
                        "/rerank",
                        "{'query': '%s', 'documents': ['%s']}"
                                .formatted("q".repeat(query), "d".repeat(document)));

        if (field == null) {
            assertThat(answer).hasStatusOk();
        } else {
            assertThat(answer)
                    .failure()
                    .cause()
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.errors().getFirst().field()).isEqualTo(field));
        }
    }

    @Test
    void theModelMayBeLeftOutOnlyWhereThereIsOne() {
        String body = "{'query': 'a', 'documents': ['b']}";

        assertRefused(post(serving(), "/rerank", body), Kind.IMPOSSIBLE);
        assertRefused(
                post(serving(new CommonWords("x"), new CommonWords("y")), "/rerank", body),
                Kind.INVALID);
        assertRefused(
                post(http, "/rerank", "{'model': 'z', 'query': 'a', 'documents': ['b']}"),
                Kind.IMPOSSIBLE);
    }

    private static void assertRefused(MvcTestResult answer, Kind kind) {
        assertThat(answer)
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(kind);
                            assertThat(e.errors().getFirst().field()).isEqualTo("model");
                        });
    }

    private static MvcTestResult post(MockMvcTester http, String path, String body) {
        return http.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body.replace('\'', '"'))
                .exchange();
    }
}
