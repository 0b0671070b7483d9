#!/usr/bin/env python3
"""Holds the server to its OpenAPI document, and its Meilisearch subset to what the adapter sends.

usage: test_api.py LEDE    (prints TAP; run from the source folder)
"""

import json
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from test_http import Cases as Base  # noqa: E402
from test_http import Server, quote, run_cases  # noqa: E402

TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def fits(document, schema, value, at="$"):
    """The keywords of JSON Schema that the document uses; an unknown one fails the test."""
    known = {"$ref", "type", "required", "properties", "additionalProperties", "items", "enum", "const", "minimum",
             "maximum", "minItems", "maxItems", "minLength", "maxLength", "oneOf", "description", "default"}  # fmt: skip
    assert set(schema) <= known, set(schema) - known
    if "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return fits(document, found, value, at)
    if "oneOf" in schema:
        matching = 0
        for one in schema["oneOf"]:
            try:
                fits(document, one, value, at)
                matching += 1
            except AssertionError:
                pass
        assert matching == 1, f"{at}: fits {matching} of oneOf"
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(is_type(value, name) for name in names), f"{at}: {value!r} is no {names}"
    assert "const" not in schema or value == schema["const"], f"{at}: {value!r}"
    assert "enum" not in schema or value in schema["enum"], f"{at}: {value!r}"
    if isinstance(value, str):
        assert schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1 << 60), at
    elif isinstance(value, list):
        assert schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1 << 60), at
        for i, item in enumerate(value):
            fits(document, schema.get("items", {}), item, f"{at}[{i}]")
    elif isinstance(value, dict):
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        assert set(schema.get("required", [])) <= set(value), f"{at}: missing {set(schema['required']) - set(value)}"
        for name, item in value.items():
            if name in properties:
                fits(document, properties[name], item, f"{at}.{name}")
            else:
                assert more is not False, f"{at}: {name} is not in the document"
                fits(document, more if isinstance(more, dict) else {}, item, f"{at}.{name}")
    elif is_type(value, "number"):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value), f"{at}: {value}"


class Cases(Base):
    def __init__(self, lede, folder):
        super().__init__(lede, folder)
        self.server.stop()
        self.keys = folder / "keys"
        self.key = self.run("serve", self.archive, "--keys", self.keys, "--add-key", "all:add,delete").stdout.strip()
        self.server = Server(lede, self.archive, "--keys", str(self.keys), "--threads", "2")
        self.document = json.loads(pathlib.Path("web/openapi.json").read_text())
        self.run("alert", "add", "described", "bridge", self.archive)
        self.seen = set()

    def call(self, method, target, body=None, kind="application/json", key=False):
        """Asks, and holds the answer to the document."""
        path = target.split("?")[0]
        headers = {"Content-Type": kind} if body is not None else {}
        if key:
            headers["Authorization"] = "Bearer " + self.key
        status, headers, answer = self.server.ask(target, method, headers, body)
        operation = self.document["paths"][path][method.lower()]
        self.seen.add((path, method.lower(), status))
        described = operation["responses"].get(str(status))
        assert described, f"{method} {target}: {status} is not in the document: {answer[:200]!r}"
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
        found = headers["Content-Type"].split(";")[0]
        if "content" not in described:
            return status, answer
        assert found in described["content"], f"{method} {target}: {found}"
        schema = described["content"][found]["schema"]
        if "json" in found and schema != {"type": "string"}:
            answer = json.loads(answer)
            fits(self.document, schema, answer)
        return status, answer

    # ---- the document ----

    def test_document_is_served(self):
        assert json.loads(self.server.ask("/openapi.json")[2]) == self.document
        assert self.document["openapi"] == "3.1.0"

    def test_every_route_is_described(self):
        source = pathlib.Path("src/server/app.c").read_text()
        routes = set(re.findall(r'^ *\{"(/[^"]*)", ld_route', source, re.M))
        files = {"/", "/style.css", "/app.js", "/lede-search.js", "/favicon.ico"}
        assert routes - files == set(self.document["paths"]), routes ^ set(self.document["paths"])

    def test_every_operation_answers_as_described(self):
        key = quote(self.server.json("/v1/search?q=bridge&count=1")["hits"][0]["key"])
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                if method != "get":
                    continue
                parameters = {p["name"]: "bridge" for p in operation["parameters"] if p["name"] == "q"}
                query = "&".join(f"{name}={value}" for name, value in parameters.items())
                if any(p["name"] == "key" for p in operation["parameters"]):
                    query += ("&" if query else "") + "key=" + key
                if any(p["name"] == "name" for p in operation["parameters"]):
                    query += "name=described"
                assert self.call("GET", f"{path}?{query}" if query else path, key="security" in operation)[0] == 200, path
        for target in ["/v1/search?q=bridge&facet=source,author,published:month&count=100", "/v1/search?q=zzzqq+bridge",
                       "/v1/search?q=" + quote('"bridge'), "/v1/search?q=&count=0", "/v1/search?q=quorvex",
                       "/v1/timeline?q=bridge&q2=ferry&q3=the&q4=zzzqq&unit=month", "/v1/timeline?q=", "/v1/timeline?q=zzzqq",
                       "/v1/parse?q=" + quote("bridge w/5 (ferry OR caf\u00e9) -\"night train\""), "/v1/parse?q=a+/5+b&dialect=lexis",
                       "/v1/parse?q=" + quote('"bridge'), "/v1/suggest?q=gan", "/v1/suggest?q="]:  # fmt: skip
            assert self.call("GET", target)[0] == 200, target

    def test_every_bound_is_kept(self):
        checked = 0
        key = quote(self.server.json("/v1/search?q=bridge&count=1")["hits"][0]["key"])
        for path, operations in self.document["paths"].items():
            if not path.startswith("/v1/"):
                continue
            names = {parameter["name"] for parameter in operations["get"]["parameters"]}
            given = "q=x" if "q" in names else "name=described" if "name" in names else "key=" + key
            if "security" in operations["get"]:
                assert self.call("GET", path)[0] == 401
                continue
            for parameter in operations["get"]["parameters"]:
                schema, name = parameter["schema"], parameter["name"]
                wrong = ["x"] if "minimum" in schema else ["nonsense"] if "enum" in schema else []
                if "minimum" in schema:
                    wrong += [schema["minimum"] - 1, schema["maximum"] + 1]
                    assert self.call("GET", f"{path}?{given}&{name}={schema['maximum']}")[0] == 200
                    assert self.call("GET", f"{path}?{given}&{name}={schema['minimum']}")[0] == 200
                for value in wrong:
                    assert self.call("GET", f"{path}?{given}&{name}={value}")[0] == 400, (path, name, value)
                    checked += 1
                if parameter["required"]:
                    assert self.call("GET", path)[0] == 400
            assert self.call("GET", f"{path}?{given}&nonsense=1")[0] == 400
        assert checked > 5
        assert self.call("GET", "/v1/search?q=" + "a" * 2049)[0] == 414
        assert self.call("GET", "/v1/docs?key=none")[0] == 404
        assert self.call("GET", "/v1/similar?key=none")[0] == 404
        assert self.call("GET", "/v1/timeline?q=x&q2=" + "a" * 2049)[0] == 414

    def test_about_a_query(self):
        key = self.server.json("/v1/search?q=bridge&count=1")["hits"][0]["key"]
        like = self.server.json("/v1/similar?count=5&key=" + quote(key))
        assert 0 < len(like["hits"]) <= 5 and key not in [hit["key"] for hit in like["hits"]]
        line = self.server.json("/v1/timeline?unit=year&q=bridge&q2=zzzqq")
        years = self.server.json("/v1/search?q=bridge&facet=published:year")["facets"]["published:year"]
        assert {row["label"]: row["counts"][0] for row in line["rows"] if row["counts"][0]} == {
            year["value"]: year["count"] for year in years}  # fmt: skip
        assert all(row["archive"] >= row["counts"][0] and row["counts"][1] == 0 for row in line["rows"])
        parsed = self.server.json("/v1/parse?dialect=lexis&q=" + quote("bridge pre/3 ferr!"))
        readings = {one["dialect"]: one["query"] for one in parsed["readings"]}
        assert readings["lede"] == "bridge pre/3 ferr*" and readings["factiva"] == "bridge adj3 ferr$", readings
        for dialect, query in readings.items():
            again = self.server.json(f"/v1/parse?dialect={dialect}&q=" + quote(query))
            assert again["readings"][0]["query"] == readings["lede"] or dialect == "lucene", (dialect, again)

    def test_changes_as_described(self):
        article = {"key": "z1", "headline": "Zebulon", "articleBody": "One.\n\nTwo.", "author": "Ann"}
        fits(self.document, {"$ref": "#/components/schemas/NewArticle"}, article)
        for body in [article, [article, {**article, "key": "z2"}]]:
            assert self.call("POST", "/v1/docs", json.dumps(body), key=True)[0] == 200
        assert self.call("GET", "/v1/docs?key=z1")[0] == 200
        assert self.call("POST", "/v1/docs", json.dumps(article))[0] == 401
        assert self.call("POST", "/v1/docs", "x", "image/png", key=True)[0] == 415
        assert self.call("POST", "/v1/docs", "[", key=True)[0] == 400
        assert self.call("DELETE", "/v1/docs?key=z1", key=True)[0] == 200
        assert self.call("DELETE", "/v1/docs?key=z1", key=True)[0] == 404
        assert self.call("DELETE", "/v1/docs", key=True)[0] == 400

    def test_alerts(self):
        def send(method, target="/v1/alerts", body=None, key=True):
            return self.call(method, target, None if body is None else json.dumps(body), key=key)

        saved = {"name": "zebras", "query": "zebra w/3 river -football", "dialect": "lede"}
        assert send("POST", body=saved, key=False)[0] == send("GET", key=False)[0] == 401
        assert send("POST", body=saved)[1] == {"added": "zebras"}
        assert send("POST", body=saved)[0] == 409
        for wrong in [{"name": "x"}, {"query": "x"}, {"name": "a b", "query": "x"}, {"name": "x", "query": ""},
                      {"name": "x", "query": "x", "dialect": "x"}, {"name": "x", "query": 1}, [], {**saved, "more": ""}]:  # fmt: skip
            assert send("POST", body=wrong)[0] == 400, wrong
        assert self.call("POST", "/v1/alerts", "{", key=True)[0] == 400
        assert self.call("POST", "/v1/alerts", "{}", "text/plain", key=True)[0] == 415
        listed = [a for a in send("GET")[1]["alerts"] if a["name"] == "zebras"]
        assert len(listed) == 1 and {k: listed[0][k] for k in saved} == saved

        articles = [{"key": "al1", "headline": "A zebra by the river", "articleBody": "One."},
                    {"key": "al2", "headline": "A zebra by the river", "articleBody": "Of football."},
                    {"key": "al3", "headline": "No such animal", "articleBody": "One."}]  # fmt: skip
        answer = self.call("POST", "/v1/docs", json.dumps(articles), key=True)[1]
        assert answer["alertCount"] == 1, answer
        assert answer["alerts"] == [{"alert": "zebras", "key": "al1", "headline": "A zebra by the river"}]
        found = send("GET", "/v1/alerts/search?name=zebras", key=False)[1]
        assert [hit["key"] for hit in found["hits"]] == ["al1"]
        status, feed = send("GET", "/v1/alerts.atom?name=zebras", key=False)
        assert status == 200 and feed.count(b"<entry>") == 1 and b"key=al1" in feed
        again = self.call("POST", "/v1/docs", json.dumps(articles[0]), key=True)[1]
        assert "alerts" not in again  # it was there unchanged

        assert send("DELETE", "/v1/alerts?name=zebras", key=False)[0] == 401
        assert send("DELETE", "/v1/alerts")[0] == 400
        assert send("DELETE", "/v1/alerts?name=zebras")[1] == {"removed": "zebras"}
        assert send("DELETE", "/v1/alerts?name=zebras")[0] == 404
        assert send("GET", "/v1/alerts/search?name=zebras", key=False)[0] == 404
        assert send("GET", "/v1/alerts.atom?name=zebras", key=False)[0] == 404

    def test_copies(self):
        body = "The zanzor fleet left the harbour on Monday with forty boats and two hundred men aboard.\n\n" \
               "Nobody on the quay could say when the zanzor fleet would be back, or whether it would at all."
        articles = [{"key": f"https://{i}.example/a", "headline": "The zanzor fleet leaves", "articleBody": body,
                     "publisher": f"Paper {i}"} for i in range(4)]  # fmt: skip
        assert self.call("POST", "/v1/docs", json.dumps(articles), key=True)[0] == 200
        loose = self.call("GET", "/v1/search?q=zanzor")[1]
        folded = self.call("GET", "/v1/search?q=zanzor&dup=high")[1]
        assert loose["total"] == 4 and "articlesTotal" not in loose
        assert folded["total"] == 1 and folded["articlesTotal"] == 4 and folded["hits"][0]["copies"]["count"] == 3
        page = self.server.page("/search?q=zanzor")
        assert "1 story in 4 articles (show every copy)" in page.text and "and 3 copies" in page.text
        links = [href for href, _ in page.links]
        assert all("/article?key=" + quote(key) + "&q=zanzor" in links for key in folded["hits"][0]["copies"]["keys"])
        undo = next(href for href in links if "copies=all" in href)
        every = self.server.page(undo)
        assert "4 stories" in every.text and "and 3 copies" not in every.text
        assert "/search?q=zanzor" in [href for href, values in every.links]
        assert "4 stories" in self.server.page("/search?q=" + quote("zanzor dup:off")).text
        assert self.server.page("/search?q=zanzor&copies=x", 400)
        assert len(self.server.ask("/search.jsonl?q=zanzor")[2].splitlines()) == 1
        assert len(self.server.ask("/search.jsonl?q=zanzor&copies=all")[2].splitlines()) == 4

    # ---- Meilisearch's subset ----

    def multi(self, *queries, status=200):
        found, answer = self.call("POST", "/multi-search", json.dumps({"queries": list(queries)}))
        assert found == status, answer
        return answer["results"] if status == 200 else answer

    def totals(self, **query):
        return self.multi({"indexUid": "n", "limit": 0, **query})[0]["estimatedTotalHits"]

    def test_multi_search(self):
        one, two = self.multi({"indexUid": "a", "q": "bridge", "limit": 3, "attributesToHighlight": ["*"],
                               "highlightPreTag": "<em>", "highlightPostTag": "</em>", "facets": ["section", "year"]},
                              {"indexUid": "b", "q": "bridge", "page": 2, "hitsPerPage": 10})  # fmt: skip
        answer = self.server.json("/v1/search?q=bridge&count=3")
        assert (one["indexUid"], two["indexUid"]) == ("a", "b")
        assert [hit["headline"] for hit in one["hits"]] == [hit["headline"] for hit in answer["hits"]]
        assert one["estimatedTotalHits"] == two["totalHits"] == answer["total"]
        assert two["totalPages"] == (answer["total"] + 9) // 10 and len(two["hits"]) == 10
        for hit in one["hits"]:
            formatted = hit["_formatted"]
            assert "<em>" in formatted["headline"] + formatted["passage"]
            assert re.sub("</?em>", "", formatted["headline"]) == hit["headline"]
        years = self.server.json("/v1/search?q=bridge&facet=published:year")["facets"]["published:year"]
        assert one["facetDistribution"]["year"] == {year["value"]: year["count"] for year in years}

    def test_filters(self):
        total = self.totals(q="bridge")
        lantern = self.totals(q="bridge", filter='source = "The Aldern Lantern"')
        fanal = self.totals(q="bridge", filter=[["source='Le Fanal'"]])
        assert 0 < lantern < total and fanal < lantern
        assert self.totals(q="bridge", filter='source != "The Aldern Lantern"') == total - lantern
        assert self.totals(q="bridge", filter='NOT source = "The Aldern Lantern"') == total - lantern
        assert self.totals(q="bridge", filter='source IN ["The Aldern Lantern", "Le Fanal"]') == lantern + fanal
        assert self.totals(q="bridge", filter=[['source="The Aldern Lantern"', 'source="Le Fanal"']]) == lantern + fanal
        early, late = (self.totals(q="bridge", filter=f) for f in ["published < 1704067200", "published >= 1704067200"])
        dated = self.server.json("/v1/search?q=bridge&facet=published:year")["facets"]["published:year"]
        assert early > 0 and early + late == sum(year["count"] for year in dated)
        # AND binds tighter than OR; brackets hold
        left = 'source = "Le Fanal" OR source = "The Aldern Lantern" AND published < 1704067200'
        both = self.totals(q="bridge", filter=['source = "The Aldern Lantern"', "published < 1704067200"])
        assert self.totals(q="bridge", filter=left) == fanal + both
        grouped = '(source = "Le Fanal" OR source = "The Aldern Lantern") AND published < 1704067200'
        assert self.totals(q="bridge", filter=grouped) == both + self.totals(
            q="bridge", filter=['source = "Le Fanal"', "published < 1704067200"])  # fmt: skip
        newest, oldest = (self.multi({"q": "bridge", "sort": [f"published:{order}"]})[0]["hits"] for order in ["desc", "asc"])
        times = [hit["published"] for hit in newest if "published" in hit]
        assert times == sorted(times, reverse=True) and newest[0]["id"] != oldest[0]["id"]

    def test_multi_search_refuses(self):
        for query in [{"filter": "nonsense = 1"}, {"filter": "source ="}, {"filter": "source = a AND"}, {"filter": "(source = a"},
                      {"filter": "source = a)"}, {"filter": "(" * 50 + "source = a" + ")" * 50}, {"filter": 1},
                      {"filter": "source > a"}, {"filter": "published > soon"}, {"filter": "source IN []"},
                      {"filter": "source IN [a"}, {"filter": "source = a source = b"}, {"filter": "AND"}, {"filter": [[1]]},
                      {"facets": ["nonsense"]}, {"facets": [1]}, {"facets": "x"}, {"limit": -1}, {"limit": 1001}, {"q": 1},
                      {"sort": ["x:asc"]}, {"nonsense": 1}, {"page": 9999, "hitsPerPage": 1000}, {"q": "a" * 2049}]:  # fmt: skip
            answer = self.multi({"q": "x", **query}, status=400)
            assert answer["message"] == answer["detail"] and answer["detail"].endswith("."), query
        for query in [{"vector": [1]}, {"hybrid": {}}, {"distinct": "x"}]:
            self.multi({"q": "x", **query}, status=501)
        for body in ["", "[]", "{", '{"queries": 1}', json.dumps({"queries": [{}] * 21}), '{"queries": [1]}']:
            assert self.call("POST", "/multi-search", body)[0] == 400, body
        assert self.call("POST", "/multi-search", '{"queries": [], "federation": {}}')[0] == 501
        assert self.call("POST", "/multi-search", " " * (256 << 10) + "{}")[0] == 413
        assert self.server.ask("/multi-search")[0] == 405

    def test_random_filters_never_break_it(self):
        """No text of a filter is more than a refusal: no 5xx, and the archive answers on."""
        pieces = ["source", "published", "=", "!=", ">", "<=", "(", ")", "AND", "OR", "NOT", "IN", "[", "]", ",", "a", '"b c"',
                  "'", '"', "\\", "5", "section", " ", "é", '="x"', "date:", "*", "-"]  # fmt: skip
        chance = random.Random(7)
        counts = {200: 0, 400: 0}
        for _ in range(400):
            text = "".join(chance.choice(pieces) + chance.choice([" ", " ", ""]) for _ in range(chance.randrange(9)))
            status, _ = self.call("POST", "/multi-search", json.dumps({"queries": [{"q": "bridge", "filter": text}]}))
            counts[status] += 1
        assert counts[400] > 100 and counts[200] > 5, counts

    def test_the_shared_server_ends_clean(self):
        code, rest = self.server.stop()
        assert code == 0 and rest == "", (code, rest)


if __name__ == "__main__":
    sys.exit(run_cases(Cases, __doc__, sys.argv[1:]))
