package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A change of one stored chunk.
 *
 * @param change gets the fields as they are and returns them as they are to be; it may be called
 *     again. A {@link ServiceException} that it throws fails the chunk alone
 */
public record ChunkPatch(UUID id, UnaryOperator<ChunkFields> change) {}
