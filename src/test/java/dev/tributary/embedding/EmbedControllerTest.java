package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.embedding.BuiltInModel.Precision;
import dev.tributary.embedding.EmbeddingProperties.Redis;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.inference.Breaker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class EmbedControllerTest {
    private final EmbeddingModels models =
            new EmbeddingModels(
                    List.of(
                            new WordCountModel("words", 3, 5),
                            MiniLm.shared(),
                            new WordCountModel("text-embedding-3-small", 3, 5),
                            new WordCountModel("mine", 3, 5, "text-embedding-ada-002")));
    private final EmbeddingProperties limits =
            new EmbeddingProperties(
                    BuiltInModel.NAME,
                    true,
                    Map.of(),
                    Precision.INT8,
                    1,
                    100,
                    new Breaker(10, Duration.ofSeconds(10)),
                    DataSize.ofBytes(0),
                    new Redis(null, Duration.ofMillis(100), Duration.ofDays(30)),
                    3,
                    20);
    private final MockMvcTester http =
            MockMvcTester.of(
                    List.of(new EmbedController(models, limits), new ModelController(models)),
                    builder -> builder.setMessageConverters(snakeCase()).build());

    private static JacksonJsonHttpMessageConverter snakeCase() {
        return new JacksonJsonHttpMessageConverter(
                JsonMapper.builder()
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/embed", "/v1/embeddings"})
    void answersInTheShapeOfOpenAi(String path) {
        var answer = post(path, "{'input': ['one two', 'three'], 'model': 'words'}");

        assertThat(answer)
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo(
                        """
                        {"object": "list", "model": "words",
                         "data": [{"object": "embedding", "index": 0, "embedding": [7.0, 4.0]},
                                  {"object": "embedding", "index": 1, "embedding": [5.0, 3.0]}],
                         "usage": {"prompt_tokens": 7, "total_tokens": 7}}
                        """);
    }

    @Test
    void takesASingleTextAndTheDefaultModel() {
        assertThat(post("/embed", "{'input': 'one'}"))
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"model\": \"words\", \"data\": [{\"embedding\": [3.0, 3.0]}]}");
    }

    @Test
    void sendsBase64OfLittleEndianFloatsWhenAsked() {
        ByteBuffer bytes =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(7).putFloat(4);

        assertThat(post("/embed", "{'input': 'one two', 'encoding_format': 'base64'}"))
                .bodyJson()
                .extractingPath("$.data[0].embedding")
                .isEqualTo(Base64.getEncoder().encodeToString(bytes.array()));
    }

    @Test
    void reportsWhatItTruncated() {
        var answer = post("/embed", "{'input': ['a b c', 'a b c d', 'a b c d e f']}");

        assertThat(answer)
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"truncated": [{"index": 1, "tokens": 6, "tokens_max": 5},
                                       {"index": 2, "tokens": 8, "tokens_max": 5}],
                         "usage": {"prompt_tokens": 15}}
                        """);
    }

    @Test
    void acceptsWhatOpenAiClientsSend() {
        assertThat(
                        post(
                                "/v1/embeddings",
                                "{'input': 'one', 'model': 'words', 'encoding_format': 'float',"
                                        + " 'dimensions': 2, 'user': 'someone'}"))
                .hasStatusOk();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                         | INVALID    | input
                    {'input': null}                            | INVALID    | input
                    {'input': ''}                              | INVALID    | input
                    {'input': []}                              | INVALID    | input
                    {'input': {}}                              | INVALID    | input
                    {'input': 5}                               | INVALID    | input
                    {'input': [1, 2, 3]}                       | INVALID    | input
                    {'input': [[1, 2], [3]]}                   | INVALID    | input
                    {'input': ['a', 'b', 'c', 'd']}            | INVALID    | input
                    {'input': ['a', '']}                       | INVALID    | input[1]
                    {'input': ['a', null]}                     | INVALID    | input[1]
                    {'input': 'more than 20 characters'}       | INVALID    | input
                    {'input': 'a\\u0000'}                      | INVALID    | input
                    {'input': ['a', '\\ud83d']}                | INVALID    | input[1]
                    {'input': 'a', 'encoding_format': 'int8'}  | INVALID    | encoding_format
                    {'input': 'a', 'dimensions': 3}            | IMPOSSIBLE | dimensions
                    {'input': 'a', 'model': 'gpt'}             | IMPOSSIBLE | model
                    """)
    void refuses(String body, Kind kind, String field) {
        assertThat(post("/embed", body))
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(kind);
                            assertThat(e.errors().getFirst().field()).isEqualTo(field);
                        });
    }

    @Test
    void namesEveryElementThatIsWrong() {
        assertThat(post("/embed", "{'input': ['', 'fine', 7]}"))
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e ->
                                assertThat(e.errors())
                                        .extracting(ServiceException.FieldError::field)
                                        .containsExactly("input[0]", "input[2]"));
    }

    @Test
    void listsTheModels() {
        assertThat(http.get().uri("/models"))
                .bodyJson()
                .isStrictlyEqualTo(
                        """
                        {"models": [
                          {"name": "words", "dimension": 2, "tokens_max": 3,
                           "runtime": "in the test", "ready": true},
                          {"name": "all-minilm-l6-v2", "dimension": 384, "tokens_max": 256,
                           "runtime": "in process (onnx, int8)", "ready": true},
                          {"name": "text-embedding-3-small", "dimension": 2, "tokens_max": 3,
                           "runtime": "in the test", "ready": true},
                          {"name": "mine", "dimension": 2, "tokens_max": 3,
                           "runtime": "in the test", "ready": true}]}
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text-embedding-3-small", "mine"})
    void readsTokenIdsWhereTheNameTellsTheTokenizer(String model) {
        // As tiktoken encodes "hello world" and " naïve" in cl100k_base.
        String input = "[[15339, 1917], [95980, 588]]";
        String texts = "['hello world', ' naïve']";

        assertThat(embeddings(model, input)).isEqualTo(embeddings(model, texts));
        assertThat(embeddings(model, "[15339, 1917]"))
                .isEqualTo(embeddings(model, "'hello world'"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [[15339], ['a']] | input[1] | must be a string
                    [[15339, 'a']]   | input[0] | must be a string or an array of token ids
                    [15339, 1.5]     | input    | must be a string or an array of token ids
                    [[-1]]           | input[0] | has a token id that is not in cl100k_base
                    [[100300]]       | input[0] | has a token id that is not in cl100k_base
                    [[15339], []]    | input[1] | must be a string
                    """)
    void refusesWhatAreNoTokenIds(String input, String field, String message) {
        assertThat(post("/embed", body("text-embedding-3-small", input)))
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e ->
                                assertThat(e.errors())
                                        .containsExactly(
                                                new ServiceException.FieldError(field, message)));
    }

    @Test
    void saysHowToSendTextInsteadOfTokenIds() {
        assertThat(post("/embed", body("all-minilm-l6-v2", "[[1, 2, 3]]")))
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.hint()).contains("check_embedding_ctx_length=False"));
    }

    @Test
    void listsTheModelsAsOpenAiDoes() {
        assertThat(http.get().uri("/v1/models"))
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"object": "list", "data": [
                          {"id": "words", "object": "model", "owned_by": "tributary"},
                          {"id": "all-minilm-l6-v2", "object": "model"},
                          {"id": "text-embedding-3-small", "object": "model"},
                          {"id": "mine", "object": "model"}]}
                        """);
        assertThat(http.get().uri("/v1/models"))
                .bodyJson()
                .extractingPath("$.data[0].created")
                .asNumber()
                .satisfies(seconds ->
                        assertThat(Instant.ofEpochSecond(seconds.longValue()))
                                .isBetween(Instant.now().minusSeconds(600), Instant.now()));
    }

    @Test
    void describesOneModelAsOpenAiDoes() {
        assertThat(http.get().uri("/v1/models/all-minilm-l6-v2"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"id\": \"all-minilm-l6-v2\", \"object\": \"model\"}");
        assertThat(http.get().uri("/v1/models/gpt-4"))
                .failure()
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.MISSING);
                            assertThat(e.code()).isEqualTo("model_not_found");
                        });
    }

    private JsonNode embeddings(String model, String input) {
        var answer = post("/embed", body(model, input));
        assertThat(answer).hasStatusOk();
        return JsonMapper.shared().readTree(answer.getResponse().getContentAsByteArray());
    }

    private static String body(String model, String input) {
        return "{'model': '" + model + "', 'input': " + input + "}";
    }

    private MvcTestResult post(String path, String body) {
        return http.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body.replace('\'', '"'))
                .exchange();
    }
}
