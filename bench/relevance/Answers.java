import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * Lucene's BM25 as the measure of a ranking.
 *
 * <pre>
 *   Answers CORPUS HITS K1 B    "ID\tTEXT" lines in the file CORPUS, "QUERY-ID\tTEXT" lines on
 *                               standard input, "QUERY-ID\tID\tSCORE" lines out
 * </pre>
 *
 * StandardTokenizer, lower case, Lucene's English stop words, the Snowball stemmer "English"
 * (Porter2); any word of the query suffices, one that stands twice in it counts twice.
 */
public final class Answers {
    private static final Analyzer ANALYZER = new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            Tokenizer source = new StandardTokenizer();
            TokenStream words = new StopFilter(
                new LowerCaseFilter(source), EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
            return new TokenStreamComponents(
                source, new SnowballFilter(words, new EnglishStemmer()));
        }
    };

    private static ByteBuffersDirectory index(Path corpus) throws IOException {
        ByteBuffersDirectory directory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(ANALYZER));
             BufferedReader in = Files.newBufferedReader(corpus)) {
            String line;
            while ((line = in.readLine()) != null) {
                int tab = line.indexOf('\t');
                Document document = new Document();
                document.add(new StoredField("id", line.substring(0, tab)));
                document.add(new TextField("text", line.substring(tab + 1), Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1, true);
        }
        return directory;
    }

    private static BooleanQuery query(String text) throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        try (TokenStream words = ANALYZER.tokenStream("text", text)) {
            CharTermAttribute term = words.addAttribute(CharTermAttribute.class);
            words.reset();
            while (words.incrementToken()) {
                counts.merge(term.toString(), 1, Integer::sum);
            }
            words.end();
        }
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        counts.forEach((word, count) -> builder.add(
            new BoostQuery(new TermQuery(new Term("text", word)), count),
            BooleanClause.Occur.SHOULD));
        return builder.build();
    }

    public static void main(String[] args) throws Exception {
        int hits = Integer.parseInt(args[1]);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (ByteBuffersDirectory directory = index(Path.of(args[0]));
             DirectoryReader reader = DirectoryReader.open(directory);
             BufferedReader in = new BufferedReader(
                 new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(new BM25Similarity(
                Float.parseFloat(args[2]), Float.parseFloat(args[3])));
            String line;
            while ((line = in.readLine()) != null) {
                int tab = line.indexOf('\t');
                for (ScoreDoc hit : searcher.search(
                         query(line.substring(tab + 1)), hits).scoreDocs) {
                    out.println(line.substring(0, tab) + "\t"
                        + searcher.storedFields().document(hit.doc).get("id") + "\t" + hit.score);
                }
            }
        }
        out.flush();
    }
}
