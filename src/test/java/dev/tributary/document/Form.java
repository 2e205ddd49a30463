package dev.tributary.document;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A body of multipart/form-data, written by hand: nothing in it is put right on the way. */
final class Form {
    static final String CONTENT_TYPE = "multipart/form-data; boundary=part-of-a-test";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Form field(String name, String value) {
        return part("name=\"" + name + '"', "", value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds the file.
     *
     * @param name of it; empty for none
     * @param type its Content-Type; empty for none
     */
    Form file(String name, String type, byte[] content) {
        return part(
                "name=\"file\"" + (name.isEmpty() ? "" : "; filename=\"" + name + '"'),
                type.isEmpty() ? "" : "Content-Type: " + type + "\r\n",
                content);
    }

    private Form part(String disposition, String header, byte[] content) {
        write("--part-of-a-test\r\nContent-Disposition: form-data; " + disposition + "\r\n");
        write(header + "\r\n");
        bytes.writeBytes(content);
        write("\r\n");
        return this;
    }

    byte[] toBytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes.toByteArray());
        whole.writeBytes("--part-of-a-test--\r\n".getBytes(StandardCharsets.UTF_8));
        return whole.toByteArray();
    }

    private void write(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
