#!/usr/bin/env python3
"""The server from outside: starts `lede serve` on an archive of samples/ and asks it over HTTP.

usage: test_http.py LEDE    (prints TAP; run from the source folder)
"""

import csv
import errno
import gzip
import html.parser
import http.client
import io
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import xml.etree.ElementTree

START_SECONDS = 20
SWAP_SECONDS = 10

HOSTILE = """<!DOCTYPE html><html lang="en"><head>
<title>&lt;script&gt;alert(1)&lt;/script&gt; markets shaken</title>
<link rel="canonical" href="https://hostile.example/a?b=&quot;onload=&quot;x">
<meta name="author" content="A &quot;&gt;&lt;b onmouseover=x&gt;"></head><body><article>
<h1>&lt;script&gt;alert(1)&lt;/script&gt; markets shaken</h1>
<p>The quorvex markets were shaken today &lt;img src=x onerror=alert(2)&gt; by a sentence that is long
enough to be a paragraph of a story.</p>
<p>Another paragraph, also long enough to be kept by an extractor that looks for prose, follows the
first one here.</p></article></body></html>"""

ELEMENTS = {
    "html", "head", "meta", "title", "link", "body", "a", "header", "p", "form", "label", "div",
    "input", "button", "main", "h1", "h2", "section", "dl", "dt", "dd", "code", "b", "ul", "ol",
    "li", "nav", "span", "article", "time", "mark", "footer", "blockquote", "pre", "table", "tr",
    "td", "tbody", "thead", "th", "script", "svg", "rect", "defs", "pattern", "line", "polyline",
    "details", "summary", "aside", "h3", "ins", "del",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "rel", "type", "href", "class", "role", "method", "action",
    "for", "id", "autocomplete", "autocapitalize", "spellcheck", "enterkeyhint", "maxlength", "value",
    "autofocus", "aria-current", "aria-label", "datetime", "src", "defer", "title", "tabindex",
    "aria-hidden", "viewbox", "preserveaspectratio", "x", "y", "x1", "y1", "x2", "y2", "width", "height",
    "patternunits", "patterntransform", "fill", "points", "scope", "placeholder", "hidden",
    "data-hit-step", "data-copy", "dir",
}  # fmt: skip
VOID = {"meta", "link", "input"}


class Page(html.parser.HTMLParser):
    """Fails on anything the templates do not write; keeps links, text and ids."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.links, self.ids, self.texts, self.counts = [], [], [], [], {}
        self.fields, self.forms = {}, 0  # fields of the first form
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"
        assert len(set(self.ids)) == len(self.ids), f"an id stands twice: {self.ids}"
        self.text = "".join(self.texts)

    def handle_starttag(self, tag, attributes):
        assert tag in ELEMENTS, f"unexpected element <{tag}>"
        names = [name for name, _ in attributes]
        assert set(names) <= ATTRIBUTES, f"unexpected attribute in {names}"
        assert len(set(names)) == len(names), f"an attribute stands twice: {names}"
        values = dict(attributes)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if "id" in values:
            self.ids.append(values["id"])
        if "src" in values:
            assert tag == "script" and re.fullmatch(r"(/[\w-]+)*/app\.js", values["src"]), values
        if tag == "script":
            assert values.keys() == {"src", "defer"}
        if "href" in values and tag == "a":
            self.links.append((values["href"], values))
            assert re.match(r"(/|#|https?://)", values["href"]), values["href"]
        if tag == "form":
            self.forms += 1
        if tag == "input" and self.forms == 1:
            self.fields[values["name"]] = values.get("value")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> inside {self.open}"
        self.open.pop()

    def handle_data(self, data):
        self.texts.append(data)

    def link(self, **wanted):
        for href, values in self.links:
            if all(values.get(name) == value for name, value in wanted.items()):
                return href
        return None


class Server:
    def __init__(self, lede, archive, *more, preexec_fn=None):
        self.process = subprocess.Popen(
            [lede, "serve", str(archive), "--port", "0", *more],
            stderr=subprocess.PIPE, text=True, preexec_fn=preexec_fn,
        )  # fmt: skip
        self.line = self.process.stderr.readline()
        match = re.search(r" on http://(.+):(\d+)(/\S*) \(Ctrl-C stops\)$", self.line.strip())
        assert match, f"it did not start: {self.line!r}"
        self.port = int(match[2])

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        rest = self.process.communicate(timeout=START_SECONDS)[1]
        return self.process.returncode, rest

    def ask(self, target, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def page(self, target, status=200):
        found, headers, body = self.ask(target)
        assert found == status, f"{target}: {found}"
        assert headers["Content-Type"] == "text/html; charset=utf-8", headers["Content-Type"]
        return Page(body.decode("utf-8"))

    def json(self, target, status=200):
        found, headers, body = self.ask(target)
        assert found == status, f"{target}: {found} {body!r}"
        kind = "application/json" if status == 200 else "application/problem+json"
        assert headers["Content-Type"] == kind, headers["Content-Type"]
        return json.loads(body)

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_SECONDS) as s:
            s.sendall(data)
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError as why:  # it answered and closed before we were done: the answer is read below
                if why.errno != errno.ENOTCONN:
                    raise
            answer = b""
            while piece := s.recv(65536):
                answer += piece
        return answer


def quote(text):
    return urllib.parse.quote(text, safe="")


class Cases:
    """Each method is one case; they share one archive and, where they do not stop it, one server."""

    def __init__(self, lede, folder):
        self.lede, self.folder = lede, folder
        self.archive = folder / "news.lede"
        hostile = folder / "hostile"
        hostile.mkdir()
        (hostile / "page.html").write_text(HOSTILE)
        self.run("add", self.archive, "samples/pages", "samples/plain", hostile)
        self.server = Server(lede, self.archive)

    def run(self, *arguments, code=0):
        done = subprocess.run(
            [self.lede, *map(str, arguments)], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stderr}"
        return done

    # ---- pages ----

    def test_front_page(self):
        page = self.server.page("/")
        assert re.search(r"\d+ stories, from \d+ \w+ \d{4} to \d+ \w+ \d{4}", page.text), page.text
        assert page.fields["q"] == "" and page.counts["form"] == 1 and page.counts["h1"] == 1

    def test_results_page(self):
        page = self.server.page("/search?q=bridge")
        assert re.search(r"\d+ stories in \d+\.\d ms", page.text)
        assert page.fields["q"] == "bridge"
        assert page.counts["article"] == 10 and page.counts["mark"] > 10
        assert page.counts["h1"] == 1 and page.counts["h2"] == 11
        assert page.link(rel="external noreferrer").startswith("https://")
        assert page.text.count("Best match") == 1

    def test_headline_leads_to_the_article(self):
        page = self.server.page("/search?q=" + quote("title:bridge bolts"))
        href = next(href for href, _ in page.links if href.startswith("/article?"))
        article = self.server.page(href)
        assert article.counts["mark"] > 0 and article.counts["article"] == 1
        assert "Published" in article.text and "Original" in article.text
        assert article.fields["q"] == "title:bridge bolts"
        back = next(href for href, _ in article.links if href.startswith("/search?"))
        assert self.server.page(back).fields["q"] == "title:bridge bolts"

    def test_captions_with_credit(self):
        page = self.server.page("/search?q=" + quote('credit:ashgrove'))
        href = next(href for href, _ in page.links if href.startswith("/article?"))
        assert "Ashgrove" in self.server.page(href).text

    def test_no_results_help(self):
        page = self.server.page("/search?q=zzyzxqq")
        assert "No stories" in page.text and "Check the spelling" in page.text

    def test_relaxed_is_said(self):
        answer = self.server.json("/v1/search?q=" + quote("bridge zzyzxqq"))
        assert answer["relaxed"] and answer["total"] > 0
        page = self.server.page("/search?q=" + quote("bridge zzyzxqq"))
        for message in answer["messages"]:
            assert message["text"] in page.text, message
        undo = next(href for href, _ in page.links if "strict=1" in href)
        strict = self.server.page(undo)
        assert "No stories" in strict.text and strict.fields["strict"] == "1"
        assert "/search?q=bridge%20zzyzxqq" in [href for href, _ in strict.links]

    def test_warnings_are_said(self):
        answer = self.server.json("/v1/search?q=" + quote('bridge "bolts'))
        page = self.server.page("/search?q=" + quote('bridge "bolts'))
        for message in answer["messages"]:
            assert message["text"] in page.text, message

    def test_paging(self):
        total = self.server.json("/v1/search?q=the&count=0")["total"]
        href, seen, pages = "/search?q=the&copies=all", [], 0
        while href:
            page = self.server.page(href)
            seen += [link for link, _ in page.links if link.startswith("/article?")]
            assert (page.link(rel="prev") is not None) == (pages > 0)
            pages += 1
            href = page.link(rel="next")
        assert total > 30 and pages == (total + 9) // 10, (total, pages)
        assert len(seen) == len(set(seen)) == total
        assert "not so many pages" in self.server.page("/search?q=the&page=999").text

    def test_sort(self):
        def dates(sort):
            hits = self.server.json(f"/v1/search?q=bridge&count=100&sort={sort}")["hits"]
            return [hit["datePublished"][:10] for hit in hits if "datePublished" in hit]

        assert len(dates("newest")) > 10
        assert dates("newest") == sorted(dates("newest"), reverse=True)
        assert dates("oldest") == sorted(dates("oldest"))
        page = self.server.page("/search?q=bridge&sort=oldest")
        assert page.fields["sort"] == "oldest"
        assert "sort=oldest" in page.link(rel="next")

    # ---- narrowing ----

    def test_facets_are_links_and_chips(self):
        page = self.server.page("/search?q=bridge")
        href = next(href for href, _ in page.links if "&section=Harbour" in href)
        narrowed = self.server.page(href)
        total = self.server.json("/v1/search?count=0&q=" + quote('section:"Harbour" bridge'))["total"]
        assert 0 < total < 30 and f"{total} stories" in narrowed.text
        assert narrowed.fields["section"] == "Harbour" and "Remove Section: Harbour" in narrowed.text
        assert "/search?q=bridge" in [href for href, _ in narrowed.links]

    def test_several_values_of_a_field(self):
        one = self.server.page("/search?q=bridge&copies=all&section=Harbour")
        more = next(href for href, values in one.links if values.get("rel") == "nofollow" and "section=Harbour%09" in href)
        other = urllib.parse.parse_qs(more.split("?")[1])["section"][0].split("\t")[1]
        both = self.server.page(more)
        total = self.server.json("/v1/search?count=0&q=" + quote(f'(section:"Harbour" OR section:"{other}") bridge'))["total"]
        alone = self.server.json("/v1/search?count=0&q=" + quote('section:"Harbour" bridge'))["total"]
        assert total > alone and f"{total} stories" in both.text
        assert "Remove Section: Harbour" in both.text and f"Remove Section: {other}" in both.text
        assert both.fields["section"] == f"Harbour\t{other}"
        # each chip takes its own value away, the other stays
        assert any(href.endswith("section=Harbour&copies=all") for href, _ in both.links), both.links
        assert any(f"section={quote(other)}&copies=all" in href for href, _ in both.links)
        assert f"{total} stories" in self.server.page(more + "&c2=ferry").text

    def test_filters_alone(self):
        page = self.server.page("/search?source=Le+Fanal")
        total = self.server.json("/v1/search?count=0&q=" + quote('source:"Le Fanal"'))["total"]
        assert total > 2 and f"{total} stories" in page.text

    def test_an_open_quotation_mark_keeps_the_filters(self):
        page = self.server.page("/search?source=Le+Fanal&q=" + quote('"pont'))
        total = self.server.json("/v1/search?count=0&q=" + quote('source:"Le Fanal" "pont"'))["total"]
        assert re.search(rf"\b{total or 'No'} stor(y|ies)", page.text) and 'never closed' in page.text

    def test_timeline(self):
        page = self.server.page("/search?q=bridge")
        months = self.server.json("/v1/search?count=0&q=bridge&facet=published:month")["facets"]["published:month"]
        bars = [href for href, values in page.links if values.get("tabindex") == "-1"]
        assert len(bars) == len(months) and page.counts["svg"] == 1
        for href, month in zip(bars, months):
            assert f"from={month['value']}&to={month['value']}" in href
        best = max(range(len(months)), key=lambda i: months[i]["count"])
        narrowed = self.server.page(bars[best])
        assert f"{months[best]['count']} stories" in narrowed.text
        # one month is shown by day; the days are as many stories
        days = [href for href, values in narrowed.links if values.get("tabindex") == "-1"]
        assert days and all(re.search(r"from=\d{4}-\d\d-\d\d&", href) for href in days)
        # the table has the same links
        assert [href for href, values in page.links if "tabindex" not in values and "&to=20" in href] == bars

    def test_gaps_are_hatched(self):
        gaps = self.folder / "gaps.lede"
        for i, year in enumerate([2001, 2001, 2003]):
            (self.folder / f"gap{i}.html").write_text(
                f"<title>Zebulon {i}</title><meta property='article:published_time' content='{year}-0{i + 1}-05T00:00:00Z'>"
                f"<article><h1>Zebulon {i}</h1><p>{'A zebulon was seen today by the river. ' * 9}</p></article>")  # fmt: skip
            self.run("add", gaps, self.folder / f"gap{i}.html")
        server = Server(self.lede, gaps)
        try:
            page = server.page("/search?q=zebulon")
            assert page.text.count("the archive holds nothing") == 24 + 3 - 3, page.text
        finally:
            assert server.stop()[0] == 0

    def test_compare(self):
        page = self.server.page("/search?q=bridge&c2=strike&c3=ferry")
        assert page.counts["polyline"] == 2 and "Remove Compared with: strike" in page.text
        assert page.fields["c2"] == "strike"

    def test_exactly_as_written(self):
        page = self.server.page("/search?q=bridges+bolts")
        href = next(href for href, _ in page.links if "%3D%22bridges%22" in href)
        assert self.server.page(href).fields["q"] == '="bridges" ="bolts"'
        assert "exactly as written" not in self.server.page("/search?q=" + quote("bridge OR bolts")).text

    def test_did_you_mean(self):
        page = self.server.page("/search?q=gannnet+brigde&source=The+Aldern+Lantern")
        href = next(href for href, _ in page.links if "/search?q=source%3A" in href and "source=" not in href)
        assert "Did you mean" in page.text and "stories" in self.server.page(href).text
        assert "Did you mean" not in self.server.page("/search?q=gannet+bridge").text

    def test_similar_stories(self):
        href = next(href for href, _ in self.server.page("/search?q=" + quote("title:bridge bolts")).links if href.startswith("/article?"))
        page = self.server.page(href)
        assert "Similar stories" in page.text
        similar = [href for href, _ in page.links if re.match(r"/article\?key=[^&]+$", href)]
        assert 0 < len(similar) <= 5 and all(self.server.ask(one)[0] == 200 for one in similar)

    def test_text_fragment(self):
        page = self.server.page("/search?q=bridge")
        originals = [href for href, values in page.links if values.get("rel") == "external noreferrer"]
        assert any("#:~:text=bridge" in href.lower() for href in originals), originals
        assert all(re.fullmatch(r"[^#]+(#:~:text=[\w.~%]+)?", href) for href in originals), originals

    # ---- other forms of a search ----

    def test_atom(self):
        status, headers, body = self.server.ask("/search.atom?q=bridge")
        assert status == 200 and headers["Content-Type"].startswith("application/atom+xml")
        name = "{http://www.w3.org/2005/Atom}"
        feed = xml.etree.ElementTree.fromstring(body)
        entries = feed.findall(name + "entry")
        times = [entry.find(name + "published").text for entry in entries if entry.find(name + "published") is not None]
        total = self.server.json("/v1/search?q=bridge&count=0")["total"]
        assert len(entries) == min(30, total) > 20 and times == sorted(times, reverse=True), times
        for part in [feed, *entries]:
            for child in ["id", "title", "updated"]:
                assert len(part.findall(name + child)) == 1 and part.find(name + child).text
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", part.find(name + "updated").text)
        assert all(entry.find(f"{name}author/{name}name").text for entry in entries)
        links = {link.get("rel"): link.get("href") for link in feed.findall(name + "link")}
        assert links["self"] == f"http://127.0.0.1:{self.server.port}/search.atom?q=bridge", links
        hostile = self.server.ask("/search.atom?q=quorvex")[2]
        assert "<script>alert(1)</script> markets shaken" in [
            entry.find(name + "title").text for entry in xml.etree.ElementTree.fromstring(hostile).findall(name + "entry")]  # fmt: skip

    def test_csv(self):
        status, headers, body = self.server.ask("/search.csv?q=bridge&section=Harbour")
        rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        total = self.server.json("/v1/search?count=0&q=" + quote('section:"Harbour" bridge'))["total"]
        assert status == 200 and len(rows) == total and "attachment" in headers["Content-Disposition"]
        assert all(row["headline"] and row["key"] for row in rows), rows

    def test_jsonl_and_ris(self):
        hits = self.server.json("/v1/search?q=bridge&count=100")["hits"]
        lines = self.server.ask("/search.jsonl?q=bridge")[2].decode().splitlines()
        assert [json.loads(line)["headline"] for line in lines] == [hit["headline"] for hit in hits]
        ris = self.server.ask("/search.ris?q=bridge")[2].decode()
        assert re.findall(r"^TI  - (.*)\r$", ris, re.M) == [hit["headline"] for hit in hits]
        assert ris.count("TY  - NEWS\r\n") == ris.count("ER  - \r\n") == len(hits)
        self.server.page("/search.csv", 400)

    def test_opensearch(self):
        name = "{http://a9.com/-/spec/opensearch/1.1/}"
        root = xml.etree.ElementTree.fromstring(self.server.ask("/opensearch.xml")[2])
        assert root.tag == name + "OpenSearchDescription" and len(root.find(name + "ShortName").text) <= 16
        for url in root.findall(name + "Url"):
            target = url.get("template").replace("{searchTerms}", "bridge").removeprefix(f"http://127.0.0.1:{self.server.port}")
            status, headers, _ = self.server.ask(target)
            assert status == 200 and headers["Content-Type"].startswith(url.get("type")), target
        typed, texts, notes, addresses = json.loads(self.server.ask("/suggest?q=gann")[2])
        assert typed == "gann" and 0 < len(texts) == len(notes) == len(addresses) <= 5
        assert self.server.ask(urllib.parse.urlsplit(addresses[0])._replace(scheme="", netloc="").geturl())[0] == 200
        assert self.server.json("/v1/suggest?q=ga")["suggestions"] == []

    def test_behind_a_proxy(self):
        server = Server(self.lede, self.archive, "--proxy", "--base-path", "/find")
        try:
            headers = {"Host": "10.0.0.1", "X-Forwarded-Host": "news.example", "X-Forwarded-Proto": "https"}
            assert b'"https://news.example/find/search?q={searchTerms}"' in server.ask("/find/opensearch.xml", headers=headers)[2]
            headers["X-Forwarded-Host"] = 'a"><b>'
            assert b"<b>" not in server.ask("/find/opensearch.xml", headers=headers)[2]
        finally:
            assert server.stop()[0] == 0

    def test_versions_and_what_changed(self):
        archive = self.folder / "versions.lede"
        page = ("<link rel=canonical href='https://v.example/1'><meta property='article:published_time' content='2024-05-01'>"
                "<article><h1>Zebulon</h1><p>The zebulon was seen {0} by the old river this morning, they said.</p></article>")  # fmt: skip
        for words in ["twice", "three <b>times</b> &lt;i&gt;"]:
            (self.folder / "v.html").write_text(page.format(words))
            self.run("add", archive, self.folder / "v.html")
        server = Server(self.lede, archive)
        try:
            href = next(href for href, _ in server.page("/article?key=" + quote("https://v.example/1")).links if "against=1" in href)
            changed = server.page(href)
            assert changed.counts["ins"] == 2 and changed.counts["del"] == 2, changed.counts
            assert "seen twice three times <i> by" in changed.text, changed.text
            server.page(href.replace("against=1", "against=2"), 400)
        finally:
            assert server.stop()[0] == 0

    def test_citation(self):
        href = next(href for href, _ in self.server.page("/search?q=bridge").links if href.startswith("/article?"))
        page = self.server.page(href)
        assert "Cite this story" in page.text
        ris = next(href for href, _ in page.links if href.startswith("/article.ris?"))
        assert self.server.ask(ris)[2].startswith(b"TY  - NEWS\r\nTI  - ")

    # ---- escaping ----

    def test_hostile_page(self):
        page = self.server.page("/search?q=quorvex")
        assert "<script>alert(1)</script> markets shaken" in page.text
        href = next(href for href, _ in page.links if href.startswith("/article?"))
        article = self.server.page(href)
        assert "<img src=x onerror=alert(2)>" in article.text
        assert "<script>alert(1)</script>" in article.text

    def test_hostile_queries(self):
        for query in ['"><img onerror=alert(1)>', "'><script>x</script>", "</title><b>", "&quot;>",
                      "a\r\nSet-Cookie: x", "\u202e\ufeff<x>", "title:\"><svg onload=1>", "%3Cb%3E"]:  # fmt: skip
            for path in ["/search?q=", "/search?sort=newest&q=", "/article?key=x&q="]:
                page = self.server.page(path + quote(query), 200 if "search" in path else 404)
                if "search" in path:
                    assert page.fields["q"] == query.replace("\r", "\ufffd"), page.fields
        status, headers, _ = self.server.ask("/article?key=" + quote("<script>\"'"))
        assert status == 404
        assert "<script" not in str(headers)

    # ---- JSON ----

    def test_json_answer(self):
        answer = self.server.json("/v1/search?q=bridge&count=3")
        assert len(answer["hits"]) == 3 and answer["total"] > 3 and answer["totalIsExact"]
        following = self.server.json("/v1/search?q=bridge&count=3&cursor=" + answer["nextCursor"])
        offset = self.server.json("/v1/search?q=bridge&count=3&offset=3")
        assert following["hits"] == offset["hits"] != answer["hits"]
        self.server.json("/v1/search?q=bridge&cursor=nonsense", 400)

    def test_json_facets(self):
        answer = self.server.json("/v1/search?q=bridge&facet=source,published:year")
        years = answer["facets"]["published:year"]
        assert [year["value"] for year in years] == sorted(year["value"] for year in years)
        assert 0 < sum(year["count"] for year in years) <= answer["total"]
        assert answer["facets"]["source"][0]["count"] > 0
        self.server.json("/v1/search?q=bridge&facet=nonsense", 400)
        self.server.json("/v1/search?q=bridge&facet=,", 400)

    def test_json_lucene(self):
        both = self.server.json("/v1/search?dialect=lucene&q=" + quote("+bridge +bolts"))["total"]
        any_of = self.server.json("/v1/search?dialect=lucene&q=" + quote("bridge bolts"))["total"]
        assert 0 < both < any_of
        self.server.json("/v1/search?dialect=nonsense&q=x", 400)

    def test_json_document(self):
        hit = self.server.json("/v1/search?q=bridge&count=1")["hits"][0]
        page = self.server.page("/search?q=bridge")
        href = next(href for href, _ in page.links if href.startswith("/article?"))
        key = urllib.parse.parse_qs(urllib.parse.urlsplit(href).query)["key"][0]
        document = self.server.json("/v1/docs?key=" + quote(key))
        assert document["headline"] == hit["headline"]
        assert document["articleBody"] == hit["articleBody"]

    def test_json_strict(self):
        for target in ["/v1/search", "/v1/search?q=x&count=101", "/v1/search?q=x&count=-1",
                       "/v1/search?q=x&count=ten", "/v1/search?q=x&sort=best", "/v1/search?q=x&Q=1",
                       "/v1/search?q=x&offset=99999999999999999999", "/v1/docs", "/v1/docs?key=",
                       "/v1/search?q=x&q=y"]:  # fmt: skip
            problem = self.server.json(target, 400)
            assert problem["status"] == 400 and problem["detail"].endswith("."), problem
            assert problem["type"] == "about:blank" and problem["title"] == "Bad Request"
        self.server.json("/v1/docs?key=none", 404)
        self.server.json("/v1/none", 404)

    # ---- HTTP ----

    def test_headers(self):
        for target in ["/", "/search?q=x", "/v1/search?q=x", "/style.css", "/none", "/healthz"]:
            _, headers, _ = self.server.ask(target)
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'"), policy
            assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-cache"

    def test_small_files(self):
        status, _, body = self.server.ask("/healthz")
        assert (status, body) == (200, b"ok\n")
        status, headers, body = self.server.ask("/style.css")
        assert status == 200 and headers["Content-Type"].startswith("text/css")
        assert body == pathlib.Path("web/style.css").read_bytes() and len(body) < 20000
        status, headers, body = self.server.ask("/favicon.ico")
        assert headers["Content-Type"] == "image/svg+xml" and body.startswith(b"<svg")

    def test_budget(self):
        """What a first visit without a script loads, compressed."""
        sizes = [len(self.server.ask(t, headers={"Accept-Encoding": "gzip"})[2]) for t in ["/search?q=the", "/style.css"]]
        assert sum(sizes) < 30000, sizes

    def test_not_modified(self):
        for target in ["/", "/search?q=bridge", "/v1/search?q=bridge", "/style.css"]:
            _, headers, _ = self.server.ask(target)
            tag = headers["ETag"]
            for sent in [tag, tag[2:], f'"x", {tag}', "*"]:
                status, again, body = self.server.ask(target, headers={"If-None-Match": sent})
                assert status == 304 and body == b"" and again["ETag"] == tag, (target, sent)
            assert self.server.ask(target, headers={"If-None-Match": 'W/"x"'})[0] == 200
        one, two = (self.server.ask("/search?q=" + q)[1]["ETag"] for q in ["a", "b"])
        assert one != two
        assert self.server.ask("/none", headers={"If-None-Match": "*"})[0] == 404

    def test_head(self):
        for target in ["/", "/search?q=bolt", "/v1/docs?key=none", "/style.css", "/none"]:
            status, headers, body = self.server.ask(target)
            head_status, head, nothing = self.server.ask(target, "HEAD")
            assert head_status == status and nothing == b""
            assert head["Content-Type"] == headers["Content-Type"]
            assert int(head["Content-Length"]) > 0

    def test_other_methods(self):
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]:
            for target in ["/", "/v1/search?q=x"]:
                status, headers, _ = self.server.ask(target, method)
                assert status == 405 and headers["Allow"] == "GET, HEAD", (method, status)
        assert self.server.ask("/search", "POST", body="q=x")[0] == 405

    def test_not_found(self):
        for target in ["/none", "/search/", "/../etc/passwd", "/%2e%2e/etc/passwd", "//", "/style.css/x"]:
            page = self.server.page(target, 404)
            assert "Not Found" in page.text

    def test_bad_addresses(self):
        for target in ["/search?q=%", "/search?q=%zz", "/search?q=%ff", "/search?q=a%00", "/%c0%ae",
                       "/search?q=a&q=b", "/search?q=a&page=0", "/search?q=a&page=1001",
                       "/search?q=a&sort=best", "/article", "/search?" + "&".join(f"p{i}" for i in range(40))]:  # fmt: skip
            page = self.server.page(target, 400)
            assert "Bad Request" in page.text, target
        page = self.server.page("/search?q=a&utm_source=feed")
        assert page.fields["q"] == "a"

    def test_long_query(self):
        self.server.page("/search?q=" + "a" * 2048)
        self.server.page("/search?q=" + "a" * 2049, 414)
        self.server.json("/v1/search?q=" + "a" * 2049, 414)

    def test_other_hosts(self):
        for host in ["localhost", "127.0.0.1:1", "[::1]:7700", "LOCALHOST"]:
            assert self.server.ask("/", headers={"Host": host})[0] == 200, host
        for host in ["evil.example", "localhost.evil.example", "127.0.0.2"]:
            assert self.server.ask("/", headers={"Host": host})[0] == 421, host

    def test_quotes(self):
        quoted = 0
        for hit in self.server.json("/v1/search?q=bridge&count=10")["hits"]:
            page = self.server.page("/article?key=" + quote(hit["key"]))
            found = re.search(r"Who says what: (\d+) quotes?\s+(.*)", page.text)
            if found:
                quoted += 1
                said = re.search(r"(?:words: |: “)(.*?)(?:”|$)", found[2])[1]
                assert said in "".join(page.text.split("Who says what")[0]), said
        assert quoted > 0

    def test_malformed_requests(self):
        def status(data):
            answer = self.server.raw(data)
            assert answer == b"" or answer.startswith(b"HTTP/1."), answer[:80]
            return int(answer.split()[1]) if answer else 0

        end = b"\r\nConnection: close\r\n\r\n"
        assert status(b"GET / HTTP/1.1" + end) == 400  # no Host
        assert status(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example" + end) == 400
        assert status(b"GET / HTTP/1.0\r\n\r\n") == 200
        assert status(b"GET http://localhost/healthz HTTP/1.1\r\nHost: localhost" + end) == 200
        assert status(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"a: b\r\n" * 100 + b"\r\n") == 431
        for data in [b"\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET\r\n\r\n", b"\x00\xff\x16\x03\x01" * 50,
                     b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
                     b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40000 + b"\r\n\r\n",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\nx",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]:  # fmt: skip
            answer = self.server.raw(data)
            if not answer:
                continue  # closed without a word: nothing was asked
            head, body = answer.split(b"\r\n\r\n", 1)
            code = int(head.split()[1])
            assert 400 <= code < 500 or code == 501, (data[:40], code)
            assert b"application/problem+json" in head and b"nosniff" in head, (data[:40], answer)
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            problem = json.loads(body)
            assert len(body) == length and problem["status"] == code and problem["detail"].endswith("."), (data[:40], answer)
        # a refusal behind an answer on one connection
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=START_SECONDS) as kept:
            kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while not (first := kept.recv(65536)).endswith(b"ok\n"):
                pass
            kept.sendall(b"GARBAGE\r\n\r\n")
            second = b""
            while piece := kept.recv(65536):
                second += piece
        assert first.startswith(b"HTTP/1.1 200 ") and second.startswith(b"HTTP/1.1 400 ") and second.endswith(b"}\n"), second
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=START_SECONDS) as waits:
            waits.sendall(b"POST /multi-search HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert waits.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            waits.sendall(b"{}")
            assert waits.recv(65536).startswith(b"HTTP/1.1 400 ")
        assert self.server.ask("/healthz")[0] == 200

    def test_kept_connection(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=START_SECONDS)
        for target, status in [("/", 200), ("/none", 404), ("/search?q=%", 400), ("/healthz", 200)]:
            connection.request("GET", target)
            response = connection.getresponse()
            response.read()
            assert response.status == status
        connection.close()

    # ---- the archive changes ----

    def test_newer_generation_is_taken(self):
        assert self.server.json("/v1/search?q=vexillology")["total"] == 0
        tag = self.server.ask("/search?q=vexillology")[1]["ETag"]
        more = self.folder / "more"
        more.mkdir()
        (more / "flags.html").write_text(
            "<title>Flags</title><article><h1>Vexillology for all</h1><p>" + "Flags fly. " * 30 + "</p></article>"
        )
        self.run("add", self.archive, more)
        end = time.monotonic() + SWAP_SECONDS
        while self.server.json("/v1/search?q=vexillology")["total"] == 0:
            assert time.monotonic() < end, "the newer generation is not served"
            time.sleep(0.1)
        status, headers, _ = self.server.ask("/search?q=vexillology", headers={"If-None-Match": tag})
        assert status == 200 and headers["ETag"] != tag

    def test_damaged_archive(self):
        def overwrite(path):
            with open(path, "r+b") as file:
                for at in range(64, path.stat().st_size - 16, 512):
                    file.seek(at)
                    file.write(os.urandom(16))

        self.serve_while_damaged(overwrite)

    def test_archive_cut_short(self):
        self.serve_while_damaged(lambda path: os.truncate(path, 4096))

    def serve_while_damaged(self, damage):
        damaged = self.folder / "damaged.lede"
        shutil.copytree(self.archive, damaged)
        server = Server(self.lede, damaged)
        try:
            for path in damaged.rglob("*"):
                if path.is_file() and path.stat().st_size > 8192:
                    damage(path)
            asked = [server.ask(t) for t in ["/search?q=bridge", "/v1/search?q=the", "/v1/search?q=ferry"]]
            assert {status for status, _, _ in asked} <= {200, 500}
            failed = [(h, b) for status, h, b in asked if status == 500]
            assert failed, "damage was not seen"
            for headers, body in failed:
                if headers["Content-Type"] == "application/problem+json":
                    assert json.loads(body)["status"] == 500 and len(json.loads(body)["detail"]) > 10
                else:
                    Page(body.decode())
            assert server.ask("/healthz")[0] == 200
        finally:
            code, rest = server.stop()
            shutil.rmtree(damaged)
        assert code == 0, (code, rest)

    # ---- changes over HTTP ----

    def test_changes_want_a_key(self):
        article = json.dumps({"key": "x", "headline": "y"})
        kind = {"Content-Type": "application/json"}
        status, _, body = self.server.ask("/v1/docs", "POST", kind, article)
        assert status == 403 and b"--keys" in body
        assert self.server.ask("/v1/docs?key=x", "DELETE")[0] == 403

    def test_changes(self):
        keys, copy = self.folder / "keys", self.folder / "changed.lede"
        shutil.copytree(self.archive, copy)
        made = {name: self.run("serve", copy, "--keys", keys, "--add-key", f"{name}:{scopes}").stdout.strip()
                for name, scopes in [("cms", "add,delete"), ("feed", "add")]}  # fmt: skip
        assert not any(key in keys.read_text() for key in made.values())
        server = Server(self.lede, copy, "--keys", str(keys), "--threads", "3")

        def send(target, body, kind="application/json", key="cms", method="POST"):
            headers = {"Content-Type": kind}
            if key:
                headers["Authorization"] = "Bearer " + made.get(key, key)
            status, headers, body = server.ask(target, method, headers, body)
            return status, json.loads(body), headers

        def total(query):
            return server.json("/v1/search?count=0&q=" + quote(query))["total"]

        try:
            one = {"url": "https://a.example/1", "headline": "Zebulon rises", "articleBody": "A.\n\nB.",
                   "author": ["Ann Bee"], "keywords": ["x"], "datePublished": "2024-05-06T07:08:09Z",
                   "captions": [{"text": "A zebulon", "credit": "AP"}]}  # fmt: skip
            status, answer, _ = send("/v1/docs", json.dumps(one))
            assert status == 200 and answer["added"] == 1, answer
            assert total("zebulon") == total("zebulon date:2024-05-06") == total("credit:ap zebulon") == 1
            found = server.json("/v1/docs?key=" + quote(one["url"]))
            for name, value in one.items():
                assert found[name] == value, (name, found)
            # what GET answers with may be sent again
            assert send("/v1/docs", json.dumps(found))[0] == 200
            assert total("zebulon") == 1
            lines = "\n".join(json.dumps({"key": f"k{i}", "headline": f"Zebulon {i}"}) for i in range(50))
            assert send("/v1/docs", lines, "application/x-ndjson")[1]["added"] == 50
            assert total("zebulon") == 51
            status, answer, _ = send("/v1/docs?url=" + quote("https://a.example/2"), HOSTILE.replace("quorvex", "zebulon")
                                     .replace('rel="canonical"', 'rel="x"'), "text/html; charset=utf-8")  # fmt: skip
            assert status == 200 and answer["added"] == 1 and total("zebulon") == 52
            assert send("/v1/docs?key=k7", None, method="DELETE")[1]["deleted"] == 1
            assert total("zebulon") == 51 and send("/v1/docs?key=k7", None, method="DELETE")[0] == 404

            # refused, and nothing changed
            status, answer, headers = send("/v1/docs", json.dumps(one), key=None)
            assert status == 401 and headers["WWW-Authenticate"] == "Bearer"
            assert send("/v1/docs", "{}", key="lede_" + "0" * 64)[0] == 401
            assert send("/v1/docs?key=k8", None, key="feed", method="DELETE")[0] == 403
            many = json.dumps([{"key": str(i), "headline": "zebulon"} for i in range(1001)])
            for body, kind, code in [("{", "application/json", 400), ("[1]", "application/json", 400),
                                     ("{}", "application/json", 400), (many, "application/json", 400),
                                     ('{"key":"a","headline":"zebulon","nonsense":1}', "application/json", 400),
                                     ('{"key":"a","headline":1}', "application/json", 400),
                                     ('{"key":"a","headline":"x","datePublished":"soon"}', "application/json", 400),
                                     ('{"key":"a","headline":"zebulon"}\n{"key":"b"}', "application/x-ndjson", 400),
                                     ("[" * 5000, "application/json", 400), ("zebulon", "text/html", 400),
                                     ("x", "application/octet-stream", 415), ("x", "", 415)]:  # fmt: skip
                status, answer, _ = send("/v1/docs", body, kind)
                assert status == code and answer["detail"].endswith("."), (status, answer)
            assert total("zebulon") == 51

            # a new key by SIGHUP, another writer in the way
            made["late"] = self.run("serve", copy, "--keys", keys, "--add-key", "late:delete").stdout.strip()
            server.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + SWAP_SECONDS
            while send("/v1/docs?key=k9", None, key="late", method="DELETE")[0] != 200:
                assert time.monotonic() < end, "the new key is not known"
                time.sleep(0.05)
        finally:
            code, rest = server.stop()
            shutil.rmtree(copy)
        assert code == 0 and rest == "", (code, rest)

    def test_searches_while_changing(self):
        keys, copy = self.folder / "keys2", self.folder / "busy.lede"
        shutil.copytree(self.archive, copy)
        key = self.run("serve", copy, "--keys", keys, "--add-key", "cms:add").stdout.strip()
        server = Server(self.lede, copy, "--keys", str(keys), "--threads", "3")
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + key}
        stop, failures, sent = threading.Event(), [], []

        def write(number):
            for i in range(10):
                body = json.dumps({"key": f"{number}-{i}", "headline": f"Zebulon {number} {i}"})
                while (answer := server.ask("/v1/docs", "POST", headers, body))[0] == 503:
                    assert answer[1]["Retry-After"] == "1"
                    time.sleep(0.01)
                sent.append(answer[0])

        def search():
            last = 0
            while not stop.is_set():
                answer = server.json("/v1/search?q=zebulon&count=5")
                if answer["total"] < last or answer["total"] < len(answer["hits"]):
                    failures.append(answer)
                last = answer["total"]

        try:
            writers = [threading.Thread(target=write, args=(n,)) for n in range(2)]
            searchers = [threading.Thread(target=search) for _ in range(2)]
            for thread in writers + searchers:
                thread.start()
            for thread in writers:
                thread.join()
            stop.set()
            for thread in searchers:
                thread.join()
            assert sent == [200] * 20 and not failures, (sent, failures[:1])
            assert server.json("/v1/search?q=zebulon&count=0")["total"] == 20
        finally:
            code, rest = server.stop()
            shutil.rmtree(copy)
        assert code == 0 and rest == "", (code, rest)

    # ---- what stands around every answer ----

    def test_gzip(self):
        for target in ["/search?q=bridge", "/v1/search?q=bridge", "/style.css"]:
            _, plain_headers, plain = self.server.ask(target)
            status, headers, body = self.server.ask(target, headers={"Accept-Encoding": "gzip, br"})
            assert status == 200 and headers["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in headers["Vary"] and "Accept-Encoding" in plain_headers["Vary"]
            assert headers["ETag"] == plain_headers["ETag"] and len(body) < len(plain) / 2
            strip = lambda text: re.sub(rb"in [\d.]+ ms|\"elapsedMs\":[\d.]+", b"", text)
            assert strip(gzip.decompress(body)) == strip(plain)
        assert "Content-Encoding" not in self.server.ask("/healthz", headers={"Accept-Encoding": "gzip"})[1]

    def test_server_timing(self):
        value = self.server.ask("/search?q=the")[1]["Server-Timing"]
        total, search = map(float, re.fullmatch(r"total;dur=([\d.]+), search;dur=([\d.]+)", value).groups())
        assert 0 <= search <= total

    def test_metrics(self):
        def read():
            status, headers, body = self.server.ask("/metrics")
            assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
            values = {}
            for line in body.decode().splitlines():
                assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{[\w]+="[^"]*"(,\w+="[^"]*")*\})? [\d.]+', line), line
                if not line.startswith("#"):
                    name, value = line.rsplit(" ", 1)
                    assert name not in values, name
                    values[name] = float(value)
            return values

        before = read()
        self.server.ask("/search?q=bridge+counted")
        self.server.ask("/none")
        after = read()
        for name in ['lede_http_requests_total{path="/search",status="2xx"}', "lede_searches_total",
                     'lede_http_requests_total{path="other",status="4xx"}',
                     'lede_http_request_duration_seconds_count{path="/search"}']:  # fmt: skip
            assert after[name] == before.get(name, 0) + 1, name
        assert "bridge" not in str(after)

    def test_answers_are_given_again(self):
        def reused():
            return int(re.search(r"^lede_answers_reused_total (\d+)$", self.server.ask("/metrics")[2].decode(), re.M)[1])

        for target in ["/search?q=once+more", "/v1/search?q=once+more", "/v1/timeline?q=once+more"]:
            before, first, second = reused(), self.server.ask(target), self.server.ask(target)
            assert first[0] == second[0] == 200 and first[2] == second[2], target
            assert first[1]["ETag"] == second[1]["ETag"] and first[1]["Content-Type"] == second[1]["Content-Type"]
            assert reused() == before + 1, target
        before = reused()
        for _ in range(2):  # errors and what names the server by a header are made each time
            assert self.server.ask("/v1/search?count=x&q=a")[0] == 400
            self.server.ask("/search.atom?q=a")
        assert reused() == before

    def test_cors(self):
        assert "Access-Control-Allow-Origin" not in self.server.ask(
            "/v1/search?q=x", headers={"Origin": "https://a.example"})[1]  # fmt: skip
        server = Server(self.lede, self.archive, "--origins", "https://a.example,http://localhost:3000")
        try:
            for origin, allowed in [("https://a.example", True), ("http://localhost:3000", True),
                                    ("https://evil.example", False), ("null", False)]:  # fmt: skip
                for method, target in [("GET", "/v1/search?q=x"), ("GET", "/v1/search"), ("OPTIONS", "/v1/search")]:
                    status, headers, _ = server.ask(target, method, {"Origin": origin})
                    assert headers["Access-Control-Allow-Origin"] == (origin if allowed else None)
                    assert headers["Vary"] and "Access-Control-Allow-Credentials" not in headers
                    if method == "OPTIONS":
                        assert status == (204 if allowed else 405)
            assert "Access-Control-Allow-Origin" not in server.ask("/", headers={"Origin": "https://a.example"})[1]
        finally:
            assert server.stop()[0] == 0

    def test_rate(self):
        server = Server(self.lede, self.archive, "--rate", "5", "--proxy")
        try:
            one, other = ({"X-Forwarded-For": f"10.9.9.9, {address}"} for address in ["192.0.2.1", "192.0.2.2"])
            codes = [server.ask("/v1/search?q=x", headers=one)[0] for _ in range(20)]
            assert codes[:10] == [200] * 10 and 429 in codes, codes
            status, headers, body = server.ask("/search?q=x", headers=one)
            assert status == 429 and headers["Retry-After"] == "1" and b"Too many" in body
            assert server.ask("/v1/search?q=x", headers=other)[0] == 200
            assert server.ask("/healthz", headers=one)[0] == 200
        finally:
            assert server.stop()[0] == 0

    def test_unix_socket(self):
        path = self.folder / "s.sock"
        for _ in range(2):  # the second finds what a kill left behind
            process = subprocess.Popen([self.lede, "serve", str(self.archive), "--socket", str(path)],
                                       stderr=subprocess.PIPE, text=True)  # fmt: skip
            assert "unix:" in process.stderr.readline()
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(path))
                s.sendall(b"GET /healthz HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n")
                answer = b""
                while piece := s.recv(4096):
                    answer += piece
            assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"ok\n")
            process.kill()
            process.communicate()
        assert path.exists()
        process = subprocess.Popen([self.lede, "serve", str(self.archive), "--socket", str(path)],
                                   stderr=subprocess.PIPE, text=True)  # fmt: skip
        process.stderr.readline()
        process.terminate()
        process.communicate(timeout=START_SECONDS)
        assert process.returncode == 0 and not path.exists()

    def test_another_archive_is_exchanged(self):
        other, link = self.folder / "other.lede", self.folder / "link.lede"
        self.run("add", other, "samples/wire.jsonl")
        link.symlink_to(self.archive)
        server = Server(self.lede, link)
        try:
            before = server.json("/v1/search?q=&count=0")["total"]
            tag = server.ask("/search?q=bridge")[1]["ETag"]
            link.unlink()
            link.symlink_to(other)
            server.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + SWAP_SECONDS
            while server.json("/v1/search?q=&count=0")["total"] == before:
                assert time.monotonic() < end, "the other archive is not served"
                time.sleep(0.05)
            assert server.ask("/search?q=bridge", headers={"If-None-Match": tag})[0] == 200
        finally:
            code, rest = server.stop()
        assert code == 0 and rest == "", (code, rest)

    # ---- starting and stopping ----

    def test_base_path(self):
        server = Server(self.lede, self.archive, "--base-path", "/site/search/")
        try:
            assert "/site/search/ (Ctrl-C" in server.line
            for target in ["/site/search/search?q=bridge", "/search?q=bridge"]:
                page = server.page(target)
                local = [href for href, _ in page.links if href.startswith("/")]
                assert local and all(href.startswith("/site/search/") for href in local), local
            assert server.ask("/site/search")[0] == 200
            assert server.ask("/site/searching")[0] == 404
            assert server.json("/site/search/v1/none", 404)
        finally:
            assert server.stop()[0] == 0
        wrong = self.run("serve", self.archive, "--base-path", 'a"b', code=2)
        assert "base path" in wrong.stderr

    def test_busy_port(self):
        done = self.run("serve", self.archive, "--port", self.server.port, code=2)
        assert f"127.0.0.1:{self.server.port} is in use; choose another with --port" in done.stderr
        assert done.stderr.count("\n") == 1

    def test_no_archive(self):
        done = self.run("serve", self.folder / "none.lede", "--port", "0", code=2)
        assert done.stderr.count("\n") == 1 and "no archive" in done.stderr, done.stderr

    def test_stops_gracefully(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            server = Server(self.lede, self.archive)
            idle = socket.create_connection(("127.0.0.1", server.port))
            assert server.ask("/search?q=bridge")[0] == 200
            begin = time.monotonic()
            code, rest = server.stop(number)
            idle.close()
            assert code == 0 and "Sanitizer" not in rest, (code, rest)
            assert time.monotonic() - begin < 5

    def test_stop_finishes_what_is_being_sent(self):
        server = Server(self.lede, self.archive)
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", server.port))
        slow.sendall(b"GET /v1/search?q=the&count=100 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = slow.recv(1)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        while piece := slow.recv(65536):
            answer += piece
        slow.close()
        head, body = answer.split(b"\r\n\r\n", 1)
        assert len(body) == int(re.search(rb"Content-Length: (\d+)", head)[1])
        assert server.stop()[0] == 0

    def test_file_handles_used_up(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

        server = Server(self.lede, self.archive, preexec_fn=few)
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        time.sleep(0.5)
        for connection in idle:
            connection.close()
        assert server.ask("/healthz")[0] == 200
        assert server.ask("/search?q=bridge")[0] == 200
        assert server.stop()[0] == 0

    def test_the_shared_server_ends_clean(self):
        code, rest = self.server.stop()
        assert code == 0 and rest == "", (code, rest)


def run_cases(cases_class, usage, arguments):
    """Passes each case on a server of the program given, in TAP; the exit code."""
    if len(arguments) != 1:
        print(usage.strip(), file=sys.stderr)
        return 2
    names = [name for name in vars(cases_class) if name.startswith("test_")]
    failed = 0
    print(f"1..{len(names)}")
    with tempfile.TemporaryDirectory() as folder:
        cases = cases_class(os.path.abspath(arguments[0]), pathlib.Path(folder))
        for number, name in enumerate(names, 1):
            try:
                getattr(cases, name)()
                print(f"ok {number} - {name}", flush=True)
            except Exception:  # the case failed, the others still run
                failed += 1
                print(f"not ok {number} - {name}", flush=True)
                for line in traceback.format_exc().rstrip().split("\n"):
                    print(f"# {line}", flush=True)
        cases.server.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_cases(Cases, __doc__, sys.argv[1:]))
