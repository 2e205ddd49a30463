package dev.tributary.cli.read;

import java.nio.ByteBuffer;

/** The supported types of numbers in a {@code .npy}, all of them little-endian. */
enum NpyType {
    FLOAT16("<f2", 2),
    FLOAT32("<f4", 4),
    FLOAT64("<f8", 8),
    INT8("|i1", 1),
    UINT8("|u1", 1),
    INT16("<i2", 2),
    UINT16("<u2", 2),
    INT32("<i4", 4),
    UINT32("<u4", 4),
    INT64("<i8", 8),
    UINT64("<u8", 8);

    private final String code;
    private final int bytes;

    NpyType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The code that numpy writes. */
    String code() {
        return code;
    }

    int bytes() {
        return bytes;
    }

    boolean isWhole() {
        return compareTo(FLOAT64) > 0;
    }

    /** The next number of the buffer, rounded to float32. */
    float component(ByteBuffer buffer) {
        return switch (this) {
            case FLOAT16 -> Float.float16ToFloat(buffer.getShort());
            case FLOAT32 -> buffer.getFloat();
            case FLOAT64 -> (float) buffer.getDouble();
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 ->
                    throw new IllegalStateException(this + " is not a vector type");
        };
    }

    /** The next whole number of the buffer, in decimal. */
    String whole(ByteBuffer buffer) {
        return switch (this) {
            case INT8 -> String.valueOf(buffer.get());
            case UINT8 -> String.valueOf(Byte.toUnsignedInt(buffer.get()));
            case INT16 -> String.valueOf(buffer.getShort());
            case UINT16 -> String.valueOf(Short.toUnsignedInt(buffer.getShort()));
            case INT32 -> String.valueOf(buffer.getInt());
            case UINT32 -> Integer.toUnsignedString(buffer.getInt());
            case INT64 -> String.valueOf(buffer.getLong());
            case UINT64 -> Long.toUnsignedString(buffer.getLong());
            case FLOAT16, FLOAT32, FLOAT64 ->
                    throw new IllegalStateException(this + " is not a type of whole numbers");
        };
    }
}
