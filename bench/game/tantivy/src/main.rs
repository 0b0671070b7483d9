//! Tantivy as a player of the search benchmark's game.
//!
//!   tantivy-game index DIR [store] [whitespace] [mb=N]   documents on standard input
//!   tantivy-game serve DIR                               "COMMAND\tQUERY" -> one integer
//!   tantivy-game version
//!
//! The analysis is Tantivy's default chain (SimpleTokenizer, long words dropped, lower-casing) with
//! the length limit raised from 40 to 255 bytes, so that all engines keep the same words;
//! `whitespace` takes its cheapest tokenizer instead. One indexing thread, one segment at the end.

use std::io::{BufRead, Write};

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{Query, QueryParser};
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions, STORED};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{
    LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, TokenizerManager,
    WhitespaceTokenizer,
};
use tantivy::{Index, IndexSettings, IndexWriter, Searcher, TantivyDocument};

const ANALYSIS: &str = "game";

fn tokenizers(whitespace: bool) -> TokenizerManager {
    let manager = TokenizerManager::default();
    let analyzer = if whitespace {
        TextAnalyzer::from(WhitespaceTokenizer::default())
    } else {
        TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(256))
            .filter(LowerCaser)
            .build()
    };
    manager.register(ANALYSIS, analyzer);
    manager
}

fn cut_line(line: &str) -> Option<(&str, &str)> {
    let (id, text) = line
        .strip_prefix("{\"id\":\"")?
        .split_once("\",\"text\":\"")?;
    Some((id, text.strip_suffix("\"}")?))
}

fn index(dir: &str, options: &[String]) -> tantivy::Result<()> {
    let store = options.iter().any(|o| o == "store");
    let megabytes = options
        .iter()
        .find_map(|o| o.strip_prefix("mb=")?.parse::<usize>().ok())
        .unwrap_or(256);
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", TextOptions::default() | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(ANALYSIS)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let mut options_of_text = TextOptions::default().set_indexing_options(indexing);
    if store {
        options_of_text = options_of_text | STORED;
    }
    let text = schema.add_text_field("text", options_of_text);
    std::fs::create_dir_all(dir)?;
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor::default()),
        ..IndexSettings::default()
    };
    let mut index = Index::builder()
        .schema(schema.build())
        .settings(settings)
        .create_in_dir(dir)?;
    index.set_tokenizers(tokenizers(options.iter().any(|o| o == "whitespace")));
    let mut writer: IndexWriter = index.writer_with_num_threads(1, megabytes << 20)?;
    let mut docs = 0u64;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (id_value, text_value) = cut_line(&line).expect("a line that is no document");
        let mut doc = TantivyDocument::default();
        doc.add_text(id, id_value);
        doc.add_text(text, text_value);
        writer.add_document(doc)?;
        docs += 1;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.wait_merging_threads()?;
    // Only a new writer's collection drops the files of the segments that were merged away.
    let writer: IndexWriter = index.writer_with_num_threads(1, 16 << 20)?;
    writer.garbage_collect_files().wait()?;
    println!(
        "docs {}\nsegments {}",
        docs,
        index.searchable_segment_ids()?.len()
    );
    Ok(())
}

fn answer(searcher: &Searcher, query: &dyn Query, command: &str) -> tantivy::Result<Option<usize>> {
    if command == "COUNT" {
        return query.count(searcher).map(Some);
    }
    let Some(rest) = command.strip_prefix("TOP_") else {
        return Ok(None);
    };
    let (limit, counts) = match rest.strip_suffix("_COUNT") {
        Some(limit) => (limit, true),
        None => (rest, false),
    };
    let Ok(limit) = limit.parse::<usize>() else {
        return Ok(None);
    };
    let top = TopDocs::with_limit(limit).order_by_score();
    if counts {
        let (_, count) = searcher.search(query, &(top, Count))?;
        return Ok(Some(count));
    }
    searcher.search(query, &top)?;
    Ok(Some(1))
}

fn serve(dir: &str) -> tantivy::Result<()> {
    let mut index = Index::open_in_dir(dir)?;
    index.set_tokenizers(tokenizers(false));
    let text = index.schema().get_field("text")?;
    let parser = QueryParser::for_index(&index, vec![text]);
    let searcher = index.reader()?.searcher();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (command, query) = line.split_once('\t').expect("a line without a tab");
        match answer(&searcher, &*parser.parse_query(query)?, command)? {
            Some(value) => writeln!(out, "{value}")?,
            None => writeln!(out, "UNSUPPORTED")?,
        }
        out.flush()?;
    }
    Ok(())
}

fn main() -> tantivy::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["index", dir, ..] => index(dir, &args[2..]),
        ["serve", dir] => serve(dir),
        ["version"] => {
            println!("{}", tantivy::version_string());
            Ok(())
        }
        _ => {
            eprintln!("usage: tantivy-game index DIR [store] [whitespace] [mb=N] | serve DIR");
            std::process::exit(2)
        }
    }
}
