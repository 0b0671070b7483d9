#!/usr/bin/env python3
"""Feeds bombs and nests to `lede extract` and `lede add`: each must end in time and in memory.

Usage: tools/zoo.py LEDE [SECONDS [MIB [VERB...]]]
(default: 2 seconds of processor time, 256 MiB, extract add; 0 MiB: not looked at)

Each beast is made here, given to the program as a file, and killed at the limits. It is a finding when one
takes longer, takes more memory (the peak of the process), or ends the program by a signal. What the
program says of the file does not matter: a page, or a reject with a reason. Prints one line a beast, and
`N beasts, N findings`; exits with 1 when there was one.
"""

import gzip
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

M = 1 << 20


def deflate(data, wbits=-15):
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


def zeros_gz(mib, wrap=31):
    """mib MiB of zeros, made a MiB at a time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wrap)
    piece = bytes(M)
    return b"".join(packer.compress(piece) for _ in range(mib)) + packer.flush()


def warc(body, headers=b"", status=b"200 OK", kind=b"text/html"):
    http = b"HTTP/1.1 " + status + b"\r\nContent-Type: " + kind + b"\r\n" + headers + b"\r\n" + body
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/x\r\n"
        b"WARC-Date: 2024-05-06T07:08:09Z\r\nContent-Type: application/http\r\nContent-Length: "
        + str(len(http)).encode()
        + b"\r\n\r\n"
        + http
        + b"\r\n\r\n"
    )


def chunked(body, size=1):
    pieces = [b"%x\r\n" % size + body[i : i + size] + b"\r\n" for i in range(0, len(body), size)]
    return b"".join(pieces) + b"0\r\n\r\n"


def billion_laughs():
    lines = ['<!ENTITY a "ha">'] + [
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
    ]
    return f"<?xml version='1.0'?><!DOCTYPE r [{''.join(lines)}]><rss><channel><item><title>&j;</title></item></channel></rss>"


def quadratic():
    return f'<!DOCTYPE r [<!ENTITY a "{"x" * 50000}">]><rss><channel><item><title>{"&a;" * 50000}</title></item></channel></rss>'


def zip_bomb():
    """A ZIP of one entry of zeros; not a container lede reads."""
    data = deflate(bytes(64 * M))
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(bytes(64 * M)), len(data), 64 * M, 1, 0)
    return head + b"a" + data


def page(body):
    return "<!doctype html><title>A title</title><body>" + body + "<p>And a paragraph at the end of it."


def beasts():
    n = 1_000_000
    yield "gz-zeros-2g.warc.gz", zeros_gz(2048)
    yield "gz-of-gz.warc.gz", gzip.compress(zeros_gz(1024), mtime=0)
    yield "gz-of-gz-of-gz.html.gz", gzip.compress(gzip.compress(zeros_gz(512), mtime=0), mtime=0)
    yield "gz-members.warc.gz", gzip.compress(b"", mtime=0) * 200_000
    yield "gz-page.html.gz", gzip.compress(page("<b>" * n).encode(), mtime=0)
    yield "body-gzip.warc", warc(zeros_gz(1024), b"Content-Encoding: gzip\r\n")
    yield "body-deflate.warc", warc(zeros_gz(1024, -15), b"Content-Encoding: deflate\r\n")
    yield "body-zlib.warc", warc(zeros_gz(1024, 15), b"Content-Encoding: deflate\r\n")
    chain = zeros_gz(256)
    for _ in range(3):
        chain = gzip.compress(chain, mtime=0)
    yield "body-gzip-chain.warc", warc(chain, b"Content-Encoding: gzip, gzip, gzip, gzip\r\n")
    yield "body-zstd-window.warc", warc(
        b"\x28\xb5\x2f\xfd\x00\xb0" + b"\x02\x00\x00\x00" * 1000, b"Content-Encoding: zstd\r\n"
    )
    yield "body-chunks.warc", warc(chunked(b"x" * 300_000), b"Transfer-Encoding: chunked\r\n")
    yield "record-claims-exabytes.warc", warc(b"x").replace(
        b"Content-Length: ", b"Content-Length: 1152921504606846976", 1
    )
    yield "many-records.warc", warc(b"") * 30_000
    yield "header-line.warc", b"WARC/1.0\r\nX: " + b"y" * (20 * M)
    yield "zip.zip", zip_bomb()
    yield "nested-div.html", page("<div>" * n)
    yield "nested-b.html", page("<b>" * n)
    yield "nested-a-b.html", page("<a><b><i>" * 200_000)
    yield "nested-p-b.html", page("<p><b>" * 200_000)
    yield "nested-font.html", page("".join(f"<font color={i}>" for i in range(200_000)))
    yield "nested-table.html", page("<table><tr><td>" * 200_000)
    yield "table-text.html", page("<table>" + "x<b>" * 200_000)
    yield "nested-svg.html", page("<svg><g>" * 300_000)
    yield "nested-template.html", page("<template>" * 300_000)
    yield "nested-select.html", page("<select><option>" * 300_000)
    yield "nested-blockquote.html", page("<blockquote>" * 300_000 + "words")
    yield "nested-list.html", page("<ul><li>words " * 200_000)
    yield "misnested.html", page("<b><p></b></p>" * 200_000)
    yield "formatting.html", page("<b><i><u><p>" * 100_000 + "</b></i></u>" * 100_000)
    yield "huge-attribute.html", page("<p title='" + "y" * (20 * M) + "'>x")
    yield "many-attributes.html", page("<p " + " ".join(f"a{i}=1" for i in range(500_000)) + ">x")
    yield "long-tag.html", page("<" + "x" * (10 * M) + ">x")
    yield "unclosed-comment.html", page("<!--" + "<!-" * 3_000_000)
    yield "less-thans.html", page("<" * 5_000_000)
    yield "references.html", page("&amp" * 2_000_000)
    yield "references-none.html", page("&CounterClockwiseContourIntegra" * 300_000)
    yield "quotes.html", page("\u201cwords\u201d " * 500_000)
    yield "brs.html", page("<br>" * 2_000_000)
    yield "captions.html", page("<figure><figcaption>Photo: A B</figcaption></figure>" * 100_000)
    yield "time.html", page("<time datetime=2024-01-01>1 January 2024</time> " * 100_000)
    yield "meta.html", "<meta name=author content=a>" * 300_000 + page("x")
    yield "json-ld-nest.html", page('<script type="application/ld+json">' + "[" * 2_000_000 + "</script>")
    yield "json-ld-objects.html", page('<script type="application/ld+json">' + '{"a":' * 500_000 + "</script>")
    yield "json-ld-many.html", page('<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 50_000)
    yield "one-word.html", page("<p>" + "x" * (20 * M))
    yield "combining.html", page("<p>a" + "\u0301" * 3_000_000)
    yield "han.html", page("<p>" + "\u6f22" * 1_000_000)
    yield "digits.txt", "1" * (10 * M)
    yield "lines.txt", "a\n" * 3_000_000
    yield "dates.txt", "Title\n\n" + "1.1.2024 " * 1_000_000
    yield "brackets.md", "# T\n\n" + "[" * 2_000_000
    yield "stars.md", "# T\n\n" + "*a " * 1_000_000
    yield "quotes.md", "# T\n\n" + "> " * 1_000_000 + "x"
    yield "laughs.rss", billion_laughs()
    yield "quadratic.rss", quadratic()
    yield "nested.rss", "<rss><channel><item><title>" + "<a>" * 1_000_000
    yield "items.rss", "<rss><channel>" + "<item><title>a</title></item>" * 100_000 + "</channel></rss>"
    yield "nest.jsonl", '{"title":' + "[" * 3_000_000 + "\n"
    yield "keys.jsonl", '{"title":"a","text":"b",' + ",".join(f'"k{i}":1' for i in range(400_000)) + "}\n"
    yield "escapes.jsonl", '{"title":"a","text":"' + "\\u0041" * 2_000_000 + '"}\n'
    yield "number.jsonl", '{"title":"a","text":"b","n":' + "9" * 5_000_000 + "}\n"
    yield "utf7-ish.html", b"<meta charset=utf-7>" + b"+ADw-" * 500_000
    yield "iso-2022-jp.html", b"<meta charset=iso-2022-jp>" + b"\x1b$B\x1b(B" * 1_000_000
    yield "utf-16-cut.html", b"\xff\xfe" + b"\x00\xd8" * 5_000_000


def run(command, seconds):
    """(exit code, None when killed at the limit; seconds; MiB)."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = begun + 10 * seconds  # let it end, to know how bad it is
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            # processor time, so that a busy machine makes no finding
            return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        if time.monotonic() > deadline:
            child.kill()
            child.wait()
            return None, time.monotonic() - begun, 0
        time.sleep(0.01)


def main():
    lede = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    mib = float(sys.argv[3]) if len(sys.argv) > 3 else 256.0
    verbs = sys.argv[4:] or ["extract", "add"]
    forms = {"extract": [], "add": ["-q"]}
    count = findings = runs = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, data in beasts():
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data.encode() if isinstance(data, str) else data)
            count += 1
            for verb in verbs:
                archive = [os.path.join(folder, "z.lede")] if verb == "add" else []
                code, took, peak = run([lede, verb, *forms[verb], "-j1", *archive, path], seconds)
                bad = code is None or code < 0 or took > seconds or 0 < mib < peak
                runs += 1
                findings += bad
                word = "FINDING" if bad else "ok"
                print(f"{word:8}{verb:8} {name:28} exit {code} {took:6.2f} s {peak:6.0f} MiB")
            os.unlink(path)
    print(f"{count} beasts, {findings} findings in {runs} runs")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
