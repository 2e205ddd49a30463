package dev.tributary.search;

import dev.tributary.failure.FieldErrors;
import dev.tributary.search.HybridRequest.FusionRequest;
import dev.tributary.search.HybridRequest.Weights;
import dev.tributary.vector.Fusion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads how to fuse the legs. Not for use by several threads. */
final class FusionReader {
    private static final double WEIGHT_MAX = 1_000_000;

    private final FieldErrors errors;
    private final int candidatesMax;

    FusionReader(FieldErrors errors, int candidatesMax) {
        this.errors = errors;
        this.candidatesMax = candidatesMax;
    }

    /** Returns the default fusion if a part was refused. */
    Fusion read(@Nullable FusionRequest request) {
        int usual = Math.min(Fusion.DEFAULT.candidates(), candidatesMax);
        if (request == null) {
            return new Fusion(Fusion.DEFAULT.k(), 1, 1, usual);
        }
        Weights weights = request.weights();
        double vector = weights == null ? 1 : weight("vector", weights.vector());
        double text = weights == null ? 1 : weight("text", weights.text());
        if (vector == 0 && text == 0) {
            errors.refuse("fusion.weights", "are both 0, at least one must be greater than 0");
            return Fusion.DEFAULT;
        }
        int k = errors.inRange("fusion.k", request.k(), Fusion.DEFAULT.k(), Fusion.K_MAX);
        int candidates =
                errors.inRange("fusion.candidates", request.candidates(), usual, candidatesMax);
        return new Fusion(k, vector, text, candidates);
    }

    private double weight(String leg, @Nullable Double given) {
        double weight = Objects.requireNonNullElse(given, 1.0);
        if (!(weight >= 0 && weight <= WEIGHT_MAX)) {
            errors.refuse("fusion.weights." + leg, "is " + weight + ", must be 0 to 1,000,000");
            return 1;
        }
        return weight;
    }
}
