package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.inference.FairWorkers;
import dev.tributary.testing.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class FolderModelTest {
    private static final String POOLED_BY_CLS =
            "{'pooling_mode_cls_token': true, 'pooling_mode_mean_tokens': false}";
    private static final String WITHOUT_NORMALIZE =
            """
            [{'idx': 0, 'path': '', 'type': 'sentence_transformers.models.Transformer'},
             {'idx': 1, 'path': '1_Pooling', 'type': 'sentence_transformers.models.Pooling'}]
            """;

    @TempDir Path folder;
    private final List<EmbeddingModel> loaded = new ArrayList<>();

    private EmbeddingModel load(OnnxGraph graph, String... settings) {
        return load(ModelFolders.write(folder, graph), settings);
    }

    private EmbeddingModel load(Path from, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("m.path", from.toString()));
        for (String setting : settings) {
            all.put("m." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        var bound =
                new Binder(new MapConfigurationPropertySource(all))
                        .bind("m", ModelSettings.class)
                        .get();
        bound.check("m");
        var model =
                OnnxEmbeddingModel.load(
                        "tiny",
                        ModelFolder.read("tiny", from, bound),
                        new FairWorkers("tiny", 1, 100));
        loaded.add(model);
        return model;
    }

    @AfterEach
    void close() {
        loaded.forEach(EmbeddingModel::close);
    }

    private static void assertVector(EmbeddingModel model, double... expected) {
        float[] components = model.embed("a cat").embedding().toArray();
        assertThat(components).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) components[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource({"mean, 3.75, -3.75", "cls, 2, -2", "max, 6, -2", "last, 3, -3"})
    void poolsAsConfigured(String pooling, double first, double third) {
        var model = load(ModelFolders.ofTokens(), "pooling=" + pooling, "normalize=false");

        assertVector(model, first, 1, third);
        assertThat(model.dimension()).isEqualTo(3);
    }

    @Test
    void scalesTheMeanToLengthOneWhereNothingIsSaid() {
        double length = Math.sqrt(3.75 * 3.75 * 2 + 1);

        assertVector(load(ModelFolders.ofTokens()), 3.75 / length, 1 / length, -3.75 / length);
    }

    @Test
    void followsTheFilesOfTheFolder() {
        ModelFolders.add(folder, "modules.json", WITHOUT_NORMALIZE);
        ModelFolders.add(folder, "1_Pooling/config.json", POOLED_BY_CLS);

        assertVector(load(ModelFolders.ofTokens()), 2, 1, -2);
    }

    @Test
    void normalizesIfTheFolderSaysSo() {
        ModelFolders.add(folder, "1_Pooling/config.json", POOLED_BY_CLS);
        ModelFolders.add(
                folder,
                "modules.json",
                WITHOUT_NORMALIZE.replace(
                        "]", ", {'type': 'sentence_transformers.models.Normalize', 'path': '2'}]"));

        assertVector(load(ModelFolders.ofTokens()), 2 / 3.0, 1 / 3.0, -2 / 3.0);
    }

    @Test
    void theConfigurationGoesBeforeTheFolder() {
        ModelFolders.add(folder, "modules.json", WITHOUT_NORMALIZE);
        ModelFolders.add(folder, "1_Pooling/config.json", POOLED_BY_CLS);

        assertVector(load(ModelFolders.ofTokens(), "pooling=last"), 3, 1, -3);
    }

    @Test
    void takesAFinishedEmbeddingUnlessTheConfigurationPools() {
        assertVector(load(ModelFolders.ofTokensAndText(), "normalize=false"), 6, 1, -2);
        assertVector(
                load(ModelFolders.ofTokensAndText(), "normalize=false", "pooling=cls"), 2, 1, -2);
        assertVector(load(ModelFolders.ofTextOnly(), "normalize=false"), 6, 1, -2);
    }

    @Test
    void feedsPlacesTypesAndMask() {
        var model = load(ModelFolders.ofPlaces(), "pooling=last", "normalize=false");

        assertVector(model, 3, 0, 1);
    }

    @Test
    void findsTheGraphWhereSentenceTransformersPutsIt() throws IOException {
        ModelFolders.write(folder, ModelFolders.ofTokens());
        Files.createDirectory(folder.resolve("onnx"));
        Files.move(folder.resolve("model.onnx"), folder.resolve("onnx/model.onnx"));

        assertThat(load(folder).dimension()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    none                      | {}                                                          | 512
                    sentence_bert_config.json | {'max_seq_length': 128}                                     | 128
                    sentence_bert_config.json | {'max_seq_length': null}                                    | 512
                    tokenizer_config.json     | {'model_max_length': 384}                                   | 384
                    tokenizer_config.json     | {'model_max_length': 1000000000000000019884624838656}       | 512
                    config.json               | {'max_position_embeddings': 1024}                           | 1024
                    config.json               | {'max_position_embeddings': 514, 'model_type': 'roberta'}   | 512
                    config.json               | {'max_position_embeddings': 32768}                          | 2048
                    """)
    void readsHowLongATextMayBe(String file, String content, int tokensMax) {
        ModelFolders.add(folder, file, content);

        assertThat(load(ModelFolders.ofTokens()).tokensMax()).isEqualTo(tokensMax);
    }

    @Test
    void theConfigurationSaysHowLongATextMayBe() {
        ModelFolders.add(folder, "config.json", "{'max_position_embeddings': 32768}");

        assertThat(load(ModelFolders.ofTokens(), "tokens-max=4096").tokensMax()).isEqualTo(4_096);
    }

    @Test
    void readsALongTextInWindows() {
        var model = load(ModelFolders.ofTokens(), "tokens-max=16", "normalize=false");

        Embedded embedded = model.embed("cat ".repeat(14 * 3));

        assertThat(embedded.tokens()).isEqualTo(44);
        assertThat(embedded.truncated()).isFalse();
        // Three equal windows: whatever is made of them is one of them, its length included.
        float[] whole = embedded.embedding().toArray();
        float[] window = model.embed("cat ".repeat(14)).embedding().toArray();
        for (int i = 0; i < whole.length; i++) {
            assertThat(whole[i]).isCloseTo(window[i], within(1e-5f));
        }
        assertThat(model.textTokensMax()).isEqualTo(16 * 14 + 2);
        assertThat(model.embed("cat ".repeat(225)).truncated()).isTrue();
    }

    @Test
    void theMoreTokensAWindowHasTheFewerThereAre() {
        assertThat(load(ModelFolders.ofTokens(), "tokens-max=2048").textTokensMax())
                .isEqualTo(2 * 2_046 + 2);
        assertThat(load(ModelFolders.ofTokens(), "tokens-max=8192").textTokensMax())
                .isEqualTo(8_192);
    }

    @Test
    void identityChangesWithWeightsTokenizerAndUse() throws IOException {
        String first = load(ModelFolders.ofTokens()).identity();
        assertThat(load(folder).identity()).isEqualTo(first);

        String otherUse = load(folder, "pooling=cls").identity();
        String otherWeights = load(ModelFolders.ofTextOnly()).identity();
        ModelFolders.write(folder, ModelFolders.ofTokens());
        Files.writeString(folder.resolve("model.onnx_data"), "weights beside the graph");
        String otherData = load(folder).identity();

        assertThat(List.of(first, otherUse, otherWeights, otherData)).doesNotHaveDuplicates();
    }

    @Test
    void refusesAFolderWithoutItsFiles() throws IOException {
        assertUnusable(() -> load(folder), "model.onnx does not exist");

        ModelFolders.write(folder, ModelFolders.ofTokens());
        Files.delete(folder.resolve("tokenizer.json"));
        assertUnusable(() -> load(folder), "tokenizer.json does not exist");
    }

    @Test
    void refusesWhatIsNoModel() {
        ModelFolders.write(folder, ModelFolders.ofTokens());
        ModelFolders.add(folder, "model.onnx", "no graph");
        assertUnusable(() -> load(folder), "is not a model that ONNX Runtime can load");

        ModelFolders.write(folder, ModelFolders.ofTokens());
        ModelFolders.add(folder, "tokenizer.json", "no tokenizer");
        assertUnusable(() -> load(folder), "tokenizer.json is not a tokenizer");
    }

    @Test
    void refusesGraphsThatItCannotFeedOrRead() {
        assertUnusable(() -> load(ModelFolders.ofDecoder()), "past_key_values");
        assertUnusable(() -> load(ModelFolders.ofNothing()), "it returns no usable vector");
        assertUnusable(
                () -> load(ModelFolders.ofTextOnly(), "pooling=mean"),
                "no output is float[batch][tokens][dimension]");
        assertUnusable(
                () -> load(ModelFolders.of16Positions(), "tokens-max=17"), "fails on 17 tokens");
    }

    @Test
    void refusesStepsThatOnlyTheGraphCouldDo() {
        ModelFolders.add(
                folder,
                "modules.json",
                WITHOUT_NORMALIZE.replace(
                        "]", ", {'type': 'sentence_transformers.models.Dense', 'path': '2'}]"));

        assertUnusable(() -> load(ModelFolders.ofTokens()), "Dense");
        assertVector(load(ModelFolders.ofTokensAndText()), 6, 1, -2);
    }

    @Test
    void refusesPoolingsThatItDoesNotKnow() {
        ModelFolders.add(
                folder, "1_Pooling/config.json", "{'pooling_mode_weightedmean_tokens': true}");

        assertUnusable(() -> load(ModelFolders.ofTokens()), "pooling_mode_weightedmean_tokens");
        assertVector(load(ModelFolders.ofTokens(), "pooling=cls", "normalize=false"), 2, 1, -2);
    }

    private static void assertUnusable(Runnable load, String reason) {
        assertThatThrownBy(load::run)
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("tiny")
                .hasMessageContaining(reason);
    }
}
