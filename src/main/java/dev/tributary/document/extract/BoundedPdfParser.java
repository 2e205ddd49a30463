package dev.tributary.document.extract;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSInputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.filter.DecodeOptions;
import org.apache.pdfbox.filter.FilterFactory;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.io.RandomAccessStreamCache;
import org.apache.pdfbox.pdfparser.PDFParser;

/**
 * Measures each stream of a PDF before it is used: the library decodes streams into memory whatever
 * their size, and some kilobytes can expand to gigabytes. For one file.
 */
final class BoundedPdfParser extends PDFParser {
    /** Most bytes of a decoded stream of a page, form or font. */
    private static final long STREAM_BYTES_MAX = 64L << 20;

    /** Most bytes of a decoded object stream: objects take many times their bytes in memory. */
    private static final long OBJECTS_BYTES_MAX = 8L << 20;

    /** A stream smaller than this cannot exceed the limits through a single filter. */
    private static final long HARMLESS_BYTES_MAX = 2_048;

    private static final Set<COSName> PICTURES =
            Set.of(
                    COSName.DCT_DECODE,
                    COSName.DCT_DECODE_ABBREVIATION,
                    COSName.CCITTFAX_DECODE,
                    COSName.CCITTFAX_DECODE_ABBREVIATION,
                    COSName.JPX_DECODE,
                    COSName.JBIG2_DECODE);

    private final ExtractionBudget budget;

    BoundedPdfParser(byte[] bytes, ExtractionBudget budget) throws IOException {
        super(new Watched(bytes, budget));
        this.budget = budget;
        IOUtils.closeQuietly(document);
        // Shared with the parser that repairs broken files, so that its streams are measured too.
        document = new MeasuredStreams(IOUtils.createTempFileOnlyStreamCache().create());
    }

    /** The objects of the file. */
    private final class MeasuredStreams extends COSDocument {
        private final RandomAccessStreamCache cache;

        MeasuredStreams(RandomAccessStreamCache cache) {
            super(() -> cache, BoundedPdfParser.this);
            this.cache = cache;
        }

        @Override
        public COSStream createCOSStream(COSDictionary dictionary, long start, long length)
                throws IOException {
            budget.check();
            return new MeasuredStream(cache, dictionary, start, length);
        }
    }

    /** A stream that is measured when it is first decoded; by then it is decrypted. */
    private final class MeasuredStream extends COSStream {
        private final long length;
        private boolean isMeasured;

        MeasuredStream(
                RandomAccessStreamCache cache, COSDictionary dictionary, long start, long length)
                throws IOException {
            super(cache, createRandomAccessReadView(start, length));
            this.length = length;
            dictionary.forEach(this::setItem);
            setKey(dictionary.getKey());
            if (filters(this).stream().anyMatch(PICTURES::contains)) {
                // Pictures are not read. A picture that poses as a page must not be decoded.
                removeItem(COSName.FILTER);
            }
        }

        @Override
        public COSInputStream createInputStream(DecodeOptions options) throws IOException {
            measure();
            return super.createInputStream(options);
        }

        @Override
        public RandomAccessRead createView() throws IOException {
            measure();
            return super.createView();
        }

        private void measure() throws IOException {
            if (isMeasured) {
                return;
            }
            isMeasured = true;
            List<COSName> filters = filters(this);
            if (length > HARMLESS_BYTES_MAX || filters.size() > 1) {
                BoundedPdfParser.this.measure(this, filters);
            }
        }
    }

    /** Checks the time regularly while the file is read. */
    private static final class Watched extends RandomAccessReadBuffer {
        private static final int CALLS_UNWATCHED = 1_024;

        private final ExtractionBudget budget;
        private int calls;

        Watched(byte[] bytes, ExtractionBudget budget) {
            super(bytes);
            this.budget = budget;
        }

        @Override
        public int read() throws IOException {
            watch();
            return super.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            watch();
            return super.read(target, offset, length);
        }

        private void watch() {
            if (++calls % CALLS_UNWATCHED == 0) {
                budget.check();
            }
        }
    }

    /** Opens files whose user password is empty, whatever their permissions. */
    @Override
    protected void prepareDecryption() throws IOException {
        COSDictionary encryption = document.getEncryptionDictionary();
        boolean isByPassword =
                encryption == null || "Standard".equals(encryption.getNameAsString(COSName.FILTER));
        if (!isByPassword) {
            throw PdfExtraction.encrypted();
        }
        super.prepareDecryption();
    }

    private static List<COSName> filters(COSStream stream) {
        List<COSName> names = new ArrayList<>();
        COSBase filters = stream.getFilters();
        if (filters instanceof COSName name) {
            names.add(name);
        } else if (filters instanceof COSArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.getObject(i) instanceof COSName name) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private void measure(COSStream stream, List<COSName> filters) throws IOException {
        COSName type = stream.getCOSName(COSName.TYPE);
        boolean hasObjects = COSName.OBJ_STM.equals(type) || COSName.XREF.equals(type);
        long max = hasObjects ? OBJECTS_BYTES_MAX : STREAM_BYTES_MAX;
        InputStream encoded = stream.createRawInputStream();
        for (int i = 0; i < filters.size(); i++) {
            boolean isLast = i + 1 == filters.size();
            var decoded = new ByteArrayOutputStream();
            OutputStream sink = isLast ? OutputStream.nullOutputStream() : decoded;
            FilterFactory.INSTANCE
                    .getFilter(filters.get(i))
                    .decode(encoded, new Counted(sink, max), stream, i);
            encoded = new ByteArrayInputStream(decoded.toByteArray());
        }
    }

    /** Fails beyond a number of bytes, and after the timeout. */
    private final class Counted extends OutputStream {
        private final OutputStream sink;
        private final long max;
        private long bytes;

        Counted(OutputStream sink, long max) {
            this.sink = sink;
            this.max = max;
        }

        @Override
        public void write(int value) throws IOException {
            count(1);
            sink.write(value);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            count(length);
            sink.write(source, offset, length);
        }

        private void count(int more) {
            bytes += more;
            if (bytes > max) {
                throw ExtractionBudget.tooComplex(
                        "has a stream that unpacks to more than %,d bytes".formatted(max));
            }
            if (bytes % 4_096 < more) {
                budget.check();
            }
        }
    }
}
