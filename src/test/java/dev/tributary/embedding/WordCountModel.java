package dev.tributary.embedding;

import dev.tributary.vector.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A fake model: a token a word, an embedding of text length and words; remembers its calls. */
final class WordCountModel implements EmbeddingModel {
    private static final Pattern WORD = Pattern.compile("\\S+");

    final List<List<String>> calls = new ArrayList<>();
    private final String name;
    private final int tokensMax;
    private final int textTokensMax;
    private final String originalName;

    WordCountModel(String name, int tokensMax) {
        this(name, tokensMax, tokensMax);
    }

    WordCountModel(String name, int tokensMax, int textTokensMax) {
        this(name, tokensMax, textTokensMax, name);
    }

    WordCountModel(String name, int tokensMax, int textTokensMax, String originalName) {
        this.name = name;
        this.tokensMax = tokensMax;
        this.textTokensMax = textTokensMax;
        this.originalName = originalName;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String originalName() {
        return originalName;
    }

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public int tokensMax() {
        return tokensMax;
    }

    @Override
    public int textTokensMax() {
        return textTokensMax;
    }

    @Override
    public String runtime() {
        return "in the test";
    }

    @Override
    public List<Embedded> embed(List<String> texts) {
        calls.add(List.copyOf(texts));
        return texts.stream().map(this::embedded).toList();
    }

    private Embedded embedded(String text) {
        int tokens = tokenize(text).count() + 2;
        return new Embedded(
                Embedding.copyOf(text.length(), tokens), tokens, tokens > textTokensMax);
    }

    @Override
    public Tokens tokenize(String text) {
        var words = WORD.matcher(text).results().toList();
        return Tokens.of(
                words.stream().mapToInt(word -> word.start()).toArray(),
                words.stream().mapToInt(word -> word.end()).toArray(),
                2);
    }
}
