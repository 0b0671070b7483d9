"""Python packages as peers of speed.py: peer.py trafilatura|resiliparse (the protocol: pass.h)."""
import sys
import time

import importlib


def trafilatura_text():
    extract = importlib.import_module("trafilatura").bare_extraction

    def run(page):
        found = extract(page, with_metadata=True)
        return found is not None and bool(found.text)
    return run


def resiliparse_text():
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree
    detect = importlib.import_module("resiliparse.parse.encoding").detect_encoding
    return lambda page: bool(extract(tree.parse_from_bytes(page, detect(page)), main_content=True))


def main():
    run = {"trafilatura": trafilatura_text, "resiliparse": resiliparse_text}[sys.argv[1]]()
    with open(sys.stdin.readline().rstrip("\n"), encoding="utf-8") as listed:
        pages = []
        for path in listed.read().splitlines():
            with open(path, "rb") as page:
                pages.append(page.read())
    for line in sys.stdin:
        taken = pages[::int(line)]
        start = time.process_time()
        found = 0
        for page in taken:
            try:
                found += run(page)
            except Exception:  # a page that a package cannot read is a page without a text
                pass
        seconds = time.process_time() - start
        print(f"{seconds:.6f} {len(taken)} {sum(map(len, taken))} {found}", flush=True)


if __name__ == "__main__":
    main()
