package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.collection.Collection;
import dev.tributary.document.SourceDocument.Labels;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.extract.Content;
import dev.tributary.document.extract.ContentType;
import dev.tributary.document.extract.Extractions;
import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.embedding.MiniLm;
import dev.tributary.embedding.Tokens;
import dev.tributary.security.Caller;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.InMemoryRecordStore;
import dev.tributary.vector.Include;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.TextHash;
import dev.tributary.vector.TextSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class DocumentsTest {
    private static final CollectionRef REF =
            new CollectionRef(
                    1,
                    "default",
                    1,
                    Metric.L2,
                    TextSpec.of("simple"),
                    IndexSpec.hnsw(IndexSpec.Precision.FLOAT32));

    private static final Collection COLLECTION =
            new Collection(
                    REF,
                    "default",
                    "docs",
                    "lengths",
                    null,
                    Map.of(),
                    Instant.EPOCH,
                    Instant.EPOCH);

    private static final DocumentProperties LIMITS =
            new DocumentProperties(
                    DataSize.ofMegabytes(1),
                    DataSize.ofMegabytes(1),
                    DataSize.ofMegabytes(1),
                    10,
                    600,
                    Duration.ofSeconds(60),
                    1);

    private final RecordStore store = new InMemoryRecordStore();
    private final Extractions extractions = new Extractions(LIMITS.extraction());
    private final Lengths model = new Lengths();
    private final Documents documents =
            new Documents(new EmbeddingModels(List.of(model)), store, extractions, LIMITS);

    /** The length of a text for its embedding, in the tokens of a real model. */
    private static final class Lengths implements EmbeddingModel {
        final List<Integer> batches = new ArrayList<>();

        @Override
        public String name() {
            return "lengths";
        }

        @Override
        public int dimension() {
            return 1;
        }

        @Override
        public int tokensMax() {
            return 256;
        }

        @Override
        public String runtime() {
            return "in a test";
        }

        @Override
        public List<Embedded> embed(List<String> texts) {
            batches.add(texts.size());
            return texts.stream()
                    .map(text -> new Embedded(Embedding.copyOf(text.length()), 1, false))
                    .toList();
        }

        @Override
        public Tokens tokenize(String text) {
            return MiniLm.shared().tokenize(text);
        }
    }

    private static void ignore(int done, int pieces) {}

    /** Takes the steps of a put, and tells how many pieces are done, of how many. */
    private DocumentAnswer put(
            SourceDocument source,
            Map<String, Embedding> kept,
            BiConsumer<Integer, Integer> listener) {
        SplitDocument document =
                documents.split(Caller.unrestricted("default"), COLLECTION, source);
        EmbeddingPlan plan = documents.plan(document, kept);
        listener.accept(plan.done(), document.pieces().size());
        while (!plan.isComplete()) {
            plan.embedBatch();
            listener.accept(plan.done(), document.pieces().size());
        }
        List<Chunk> chunks = Documents.chunks(document, plan);
        ReplaceOutcome outcome = documents.replace(document.rows(), source.key(), chunks);
        return DocumentAnswer.of(chunks.size(), plan.toEmbed(), outcome.deleted());
    }

    @BeforeEach
    void create() {
        store.create(REF);
    }

    @AfterEach
    void close() {
        extractions.close();
    }

    @Test
    void embedsInBatchesAndTellsHowFarItIs() {
        List<String> told = new ArrayList<>();

        DocumentAnswer answer =
                put(given(600), Map.of(), (done, total) -> told.add(done + " of " + total));

        assertThat(answer).isEqualTo(DocumentAnswer.of(600, 600, 0));
        assertThat(model.batches).containsExactly(256, 256, 88);
        assertThat(told).containsExactly("0 of 600", "256 of 600", "512 of 600", "600 of 600");
    }

    @Test
    void nothingIsStoredIfItIsEndedOnTheWay() {
        put(given(2), Map.of(), DocumentsTest::ignore);

        assertThatThrownBy(() ->
                        put(
                                given(600),
                                Map.of(),
                                (_, _) -> {
                                    throw new IllegalStateException("cancelled");
                                }))
                .hasMessage("cancelled");

        assertThat(store.count(REF.allRows(), null)).isEqualTo(2);
    }

    @Test
    void whatWasEmbeddedBeforeIsNotEmbeddedAgain() {
        List<String> told = new ArrayList<>();
        Embedding before = Embedding.copyOf(7);
        String first = "Sentence 0000 has words that fill a chunk.";

        put(
                given(3),
                Map.of(TextHash.of(first), before),
                (done, total) -> told.add(done + " of " + total));

        assertThat(model.batches).containsExactly(2);
        assertThat(told).containsExactly("1 of 3", "3 of 3");
        assertThat(store.scroll(REF.allRows(), null, null, 10, Set.of(Include.EMBEDDING)).chunks())
                .filteredOn(chunk -> chunk.key().chunkIndex() == 0)
                .extracting(StoredChunk::embedding)
                .containsExactly(before);
    }

    @Test
    void moreChunksThanAllowedAreRefusedBeforeAnyIsEmbedded() {
        assertThatThrownBy(() -> put(given(601), Map.of(), DocumentsTest::ignore))
                .hasMessageContaining("is split into 601 chunks, must be at most 600");

        assertThat(model.batches).isEmpty();
    }

    /** A document of so many sentences, each of which fills a chunk. */
    private static SourceDocument given(int sentences) {
        String text =
                IntStream.range(0, sentences)
                        .mapToObj(i -> "Sentence %04d has words that fill a chunk.".formatted(i))
                        .collect(Collectors.joining("\n\n"));
        return new SourceDocument(
                SourceDocument.firstKey(null, "a"),
                new Content.Text(text, ContentType.PLAIN),
                Labels.of(null, null, null),
                new ChunkingRequest(null, 16, 0, null));
    }
}
