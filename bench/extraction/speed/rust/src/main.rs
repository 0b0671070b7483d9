//! Extraction peers that are crates, for bench/extraction/speed.py (the protocol is told there).
//!
//!     extract-peers rs-trafilatura|dom_smoothie < COMMANDS
//!
//! The first line names a file with a list of pages, one path a line. Every further line is
//! "STEP\n": every STEP-th page is extracted once, and the processor seconds, the pages, the bytes
//! and the number of pages with a text are printed. A page that makes a crate panic is counted as
//! one without a text.
use std::io::{BufRead, Write};
use std::panic::catch_unwind;

fn cpu_seconds() -> f64 {
    // utime and stime of this process: the fields behind the name in brackets, in ticks of 10 ms,
    // are too coarse for one page but not for a pass.
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let ns: f64 = stat.split_whitespace().next().and_then(|x| x.parse().ok()).unwrap_or(0.0);
    ns / 1e9
}

fn text_bytes(peer: &str, page: &[u8]) -> usize {
    match peer {
        "rs-trafilatura" => match rs_trafilatura::extract_bytes(page) {
            Ok(found) => found.content_text.len(),
            Err(_) => 0,
        },
        _ => {
            let html = String::from_utf8_lossy(page);
            let Ok(mut reader) = dom_smoothie::Readability::new(html.as_ref(), None, None) else {
                return 0;
            };
            reader.parse().map(|found| found.text_content.len()).unwrap_or(0)
        }
    }
}

fn main() {
    let peer = std::env::args().nth(1).expect("the name of a peer");
    std::panic::set_hook(Box::new(|_| {}));
    let mut lines = std::io::stdin().lock().lines().map_while(Result::ok);
    let list = std::fs::read_to_string(lines.next().expect("a list")).expect("the list");
    let pages: Vec<Vec<u8>> = list.lines().map(|p| std::fs::read(p).expect("a page")).collect();
    for line in lines {
        let step: usize = line.trim().parse().expect("a step");
        let (mut count, mut bytes, mut found) = (0, 0, 0);
        let start = cpu_seconds();
        for page in pages.iter().step_by(step) {
            let text = catch_unwind(|| text_bytes(&peer, page)).unwrap_or(0);
            found += usize::from(text > 0);
            count += 1;
            bytes += page.len();
        }
        println!("{:.6} {} {} {}", cpu_seconds() - start, count, bytes, found);
        std::io::stdout().flush().expect("standard output");
    }
}
