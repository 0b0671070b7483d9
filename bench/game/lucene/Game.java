import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene as a player of the search benchmark's game.
 *
 * <pre>
 *   Game index DIR [store] [whitespace] [mb=N]   documents on standard input
 *   Game serve DIR                               "COMMAND\tQUERY" -> one integer
 *   Game version
 * </pre>
 *
 * The analysis is StandardAnalyzer without stop words; `whitespace` takes the cheapest tokenizer
 * instead. One indexing thread, merges beside it, one segment at the end. Stored text, where asked
 * for, is kept with the codec's better compression, the like of what the other engines use. The
 * similarity is the one Lucene plays the game with (k1 0.9, b 0.4); the query cache is off.
 */
public final class Game {
    private static final String START = "{\"id\":\"", MIDDLE = "\",\"text\":\"", END = "\"}";

    private static int megabytes(List<String> options) {
        for (String option : options) {
            if (option.startsWith("mb=")) {
                return Integer.parseInt(option.substring(3));
            }
        }
        return 256;
    }

    private static IndexWriterConfig config(List<String> options) {
        Analyzer analyzer = options.contains("whitespace")
            ? new WhitespaceAnalyzer() : new StandardAnalyzer(CharArraySet.EMPTY_SET);
        IndexWriterConfig config = new IndexWriterConfig(analyzer)
            .setRAMBufferSizeMB(megabytes(options))
            .setMergeScheduler(new ConcurrentMergeScheduler())
            .setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        config.setSimilarity(new BM25Similarity(0.9f, 0.4f));
        config.setCodec(new Lucene104Codec(Lucene104Codec.Mode.BEST_COMPRESSION));
        return config;
    }

    private static BufferedReader input() {
        return new BufferedReader(
            new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
    }

    private static void index(Path path, List<String> options) throws IOException {
        Field.Store store = options.contains("store") ? Field.Store.YES : Field.Store.NO;
        StoredField id = new StoredField("id", "");
        TextField text = new TextField("text", "", store);
        Document document = new Document();
        document.add(id);
        document.add(text);
        try (Directory directory = FSDirectory.open(path);
             IndexWriter writer = new IndexWriter(directory, config(options));
             BufferedReader in = input()) {
            String line;
            while ((line = in.readLine()) != null) {
                int middle = line.indexOf(MIDDLE);
                if (!line.startsWith(START) || middle < 0 || !line.endsWith(END)) {
                    throw new IOException("a line that is no document");
                }
                id.setStringValue(line.substring(START.length(), middle));
                text.setStringValue(line.substring(
                    middle + MIDDLE.length(), line.length() - END.length()));
                writer.addDocument(document);
            }
            writer.forceMerge(1, true);
            writer.commit();
            System.out.println("docs " + writer.getDocStats().numDocs);
        }
        try (Directory directory = FSDirectory.open(path);
             DirectoryReader reader = DirectoryReader.open(directory)) {
            System.out.println("segments " + reader.leaves().size());
        }
    }

    /** The answer to a command, -1 where it is none of the game's. */
    private static long answer(IndexSearcher searcher, Query query, String command)
        throws IOException {
        if (command.equals("COUNT")) {
            return searcher.count(query);
        }
        if (!command.startsWith("TOP_")) {
            return -1;
        }
        boolean counts = command.endsWith("_COUNT");
        int end = command.length() - (counts ? "_COUNT".length() : 0);
        int limit = Integer.parseInt(command, "TOP_".length(), end, 10);
        int threshold = counts ? Integer.MAX_VALUE : limit;
        var top = searcher.search(
            query, new TopScoreDocCollectorManager(limit, null, threshold));
        return counts ? top.totalHits.value() : 1;
    }

    private static void serve(Path path) throws IOException, ParseException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        try (IndexReader reader = DirectoryReader.open(FSDirectory.open(path));
             BufferedReader in = input()) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            searcher.setSimilarity(new BM25Similarity(0.9f, 0.4f));
            QueryParser parser =
                new QueryParser("text", new StandardAnalyzer(CharArraySet.EMPTY_SET));
            String line;
            while ((line = in.readLine()) != null) {
                int tab = line.indexOf('\t');
                Query query = parser.parse(line.substring(tab + 1));
                long value = answer(searcher, query, line.substring(0, tab));
                out.print(value < 0 ? "UNSUPPORTED\n" : value + "\n");
                out.flush();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> options = Arrays.asList(args);
        if (args.length >= 2 && args[0].equals("index")) {
            index(Path.of(args[1]), options.subList(2, args.length));
        } else if (args.length == 2 && args[0].equals("serve")) {
            serve(Path.of(args[1]));
        } else if (args.length == 1 && args[0].equals("version")) {
            System.out.println("Lucene " + Version.LATEST + ", Java "
                + System.getProperty("java.version") + ", vector module "
                + (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                    ? "on" : "off"));
        } else {
            System.err.println("usage: Game index DIR [store] [whitespace] [mb=N] | serve DIR");
            System.exit(2);
        }
    }
}
