package dev.tributary.follow;

import dev.tributary.vector.DerivedSettings;
import org.jspecify.annotations.Nullable;

/**
 * How a derived store keeps a collection.
 *
 * @param quantization none (the default), int8 or binary: smaller vectors in memory, with the whole
 *     ones on disk to score the best again. Measure what it costs with POST
 *     /collections/{collection}/recall. binary needs 1,024 dimensions or more
 */
record StoreRequest(DerivedSettings.@Nullable Quantization quantization) {
    DerivedSettings toSettings() {
        return quantization == null ? DerivedSettings.DEFAULT : new DerivedSettings(quantization);
    }
}
