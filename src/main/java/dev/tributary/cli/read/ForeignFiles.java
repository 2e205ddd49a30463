package dev.tributary.cli.read;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What to convert a file with that no reader knows, by the extension of its name. */
final class ForeignFiles {
    private static final List<Advice> KNOWN =
            List.of(
                    new Advice(
                            "save it as CSV; in Python: pandas.read_excel(file).to_csv('rows.csv', index=False)",
                            ".xlsx",
                            ".xls",
                            ".ods"),
                    new Advice(
                            "in Python: pandas.read_feather(file).to_parquet('rows.parquet')",
                            ".feather",
                            ".arrow"),
                    new Advice(
                            "in Python: pandas.read_orc(file).to_parquet('rows.parquet')", ".orc"),
                    new Advice(
                            "in Python: pandas.read_pickle(file).to_parquet('rows.parquet') for a frame,"
                                    + " np.save('rows.npy', np.asarray(pickle.load(open(file, 'rb')), '<f4')) for an array",
                            ".pkl",
                            ".pickle"),
                    new Advice(
                            "in Python: np.save('rows.npy', h5py.File(file)['NAME'][:].astype('<f4'))",
                            ".h5",
                            ".hdf5"),
                    new Advice(
                            "in Python: np.save('rows.npy', torch.load(file).numpy().astype('<f4'))",
                            ".pt",
                            ".pth"),
                    new Advice(
                            "in Python: np.save('rows.npy', safetensors.numpy.load_file(file)['NAME'].astype('<f4'))",
                            ".safetensors"),
                    new Advice(
                            "in Python: np.save('rows.npy', scipy.io.loadmat(file)['NAME'])",
                            ".mat"),
                    new Advice(
                            "in Python: np.save('rows.npy', index.reconstruct_n(0, index.ntotal)) with index ="
                                    + " faiss.read_index(file)",
                            ".faiss",
                            ".index"),
                    new Advice(
                            "export it with DuckDB: COPY NAME TO 'rows.parquet' (FORMAT parquet)",
                            ".duckdb"),
                    new Advice(
                            "it is a document: PUT /collections/NAME/documents/ID splits and embeds it;"
                                    + " 'demo FOLDER' does that for a folder of text files",
                            ".txt",
                            ".md",
                            ".markdown",
                            ".html",
                            ".htm",
                            ".pdf"),
                    new Advice("unpack it first", ".zip", ".tar", ".tgz", ".7z"),
                    new Advice("decompress it first", ".zst", ".bz2", ".xz", ".lz4", ".br"),
                    new Advice("convert it to NDJSON, a chunk per line", ".xml", ".yaml", ".yml"));

    private ForeignFiles() {}

    /** The advice for some extensions. */
    private record Advice(String text, List<String> endings) {
        Advice(String text, String... endings) {
            this(text, List.of(endings));
        }
    }

    /** What to do with a file of this name; null if nothing is known of it. */
    static @Nullable String advice(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(it -> it.endings().stream().anyMatch(name::endsWith))
                .map(Advice::text)
                .findFirst()
                .orElse(null);
    }
}
