#!/usr/bin/env python3
"""lede serve beside nginx on this machine: requests a second, and times at a constant rate.

usage: run.py LEDE [--docs N] [--seconds S]

Needs wrk and nginx (tools/setup.sh build bench-http) and vegeta (build/bin/vegeta; installed with Go
where it is missing). The archive is made of the test data's articles once and kept beside LEDE.

What is measured, in rounds that alternate between the two servers, each with one thread:
  /healthz             wrk, 64 connections, the most requests a second; nginx serves a file of the same bytes
  searches             wrk for lede's own maximum, then vegeta, open loop, at half of it; nginx serves a file
                       as long as a results page at the same rate
  slow clients         the searches' times again while 2,000 connections send a byte now and then
Last lines: bar NAME MEASURED WANTED.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

WORDS_MIN, QUERIES, SLOW_CLIENTS = 5, 2000, 2000
NGINX = """daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 8192; }}
http {{ access_log off; client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f;
uwsgi_temp_path {0}/u; scgi_temp_path {0}/s; sendfile on; tcp_nopush on; keepalive_requests 100000000;
default_type text/html; server {{ listen 127.0.0.1:{1}; root {0}/files; }} }}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def make_archive(lede, folder, docs):
    archive, lines = folder / f"bench-http-{docs}.lede", folder / "bench-http.jsonl"
    if not archive.exists():
        data = pathlib.Path(os.environ.get("LEDE_TEST_DATA", "../shared/data")) / "speed/enwiki-articles.jsonl.zst"
        with open(lines, "wb") as out:
            unpack = subprocess.Popen(["zstd", "-dc", data], stdout=subprocess.PIPE)
            for _, line in zip(range(docs), unpack.stdout):
                out.write(line)
            unpack.kill()
            unpack.wait()
        subprocess.run([lede, "add", archive, lines, "--merge", "--quiet"], check=True)
    return archive


def make_queries(url):
    """Two words of a random story each: the mixture of common and rare that text has."""
    chance, words = random.Random(1), set()
    for offset in range(0, 900, 100):
        for hit in json.loads(fetch(f"{url}/v1/search?q=&count=100&offset={offset}"))["hits"]:
            words.update(w.lower() for w in re.findall(rf"[A-Za-z]{{{WORDS_MIN},12}}", hit["articleBody"][:600]))
    words = sorted(words)
    return [" ".join(chance.sample(words, 2)) for _ in range(QUERIES)]


def wrk(url, seconds, script=None):
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", *(["-s", script] if script else []), url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def vegeta(program, targets, rate, seconds):
    """p99 in ms at a constant rate."""
    attack = subprocess.run([program, "attack", "-targets", targets, "-rate", str(rate), "-duration", f"{seconds}s", "-max-workers", "512"],
                            capture_output=True, check=True).stdout  # fmt: skip
    report = json.loads(subprocess.run([program, "report", "-type", "json"], input=attack, capture_output=True, check=True).stdout)
    assert report["success"] == 1, report["status_codes"]
    return report["latencies"]["99th"] / 1e6


class SlowClients:
    """Connections that send one byte of a request every few seconds."""

    def __init__(self, port):
        self.sockets, self.ends = [], threading.Event()
        for _ in range(SLOW_CLIENTS):
            s = socket.create_connection(("127.0.0.1", port))
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            self.sockets.append(s)
        time.sleep(1)  # all are accepted before anything is measured: they are slow, not new
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ends.wait(4):
            for s in self.sockets:
                s.send(b"a")

    def close(self):
        self.ends.set()
        self.thread.join()
        for s in self.sockets:
            s.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lede", type=pathlib.Path)
    parser.add_argument("--docs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    lede, folder = options.lede.resolve(), options.lede.resolve().parent
    program = shutil.which("vegeta") or folder / "bin/vegeta"
    if not pathlib.Path(program).exists():
        subprocess.run(["go", "install", "github.com/tsenart/vegeta/v12@v12.12.0"], check=True,
                       env={**os.environ, "GOBIN": str(folder / "bin")})  # fmt: skip
    archive = make_archive(lede, folder, options.docs)
    temp = pathlib.Path(tempfile.mkdtemp(prefix="lede-bench-"))
    os.chmod(temp, 0o755)
    ports = {name: free_port() for name in ["lede", "nginx"]}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    (temp / "files").mkdir()
    (temp / "nginx.conf").write_text(NGINX.format(temp, ports["nginx"]))
    servers = [
        subprocess.Popen([lede, "serve", archive, "--port", str(ports["lede"]), "--threads", "1"], stderr=subprocess.DEVNULL),
        subprocess.Popen(["nginx", "-c", temp / "nginx.conf"], stderr=subprocess.DEVNULL),
    ]
    try:
        time.sleep(1.5)
        (temp / "files/healthz").write_text("ok\n")
        queries = make_queries(urls["lede"])
        paths = ["/v1/search?count=10&q=" + urllib.parse.quote(query) for query in queries]
        page = b"x" * round(statistics.median(len(fetch(urls["lede"] + path)) for path in paths[:50]))
        (temp / "files/page").write_bytes(page)
        (temp / "lede.lua").write_text("local paths = {%s}\nlocal i = 0\nrequest = function() i = i %% #paths + 1; return wrk.format('GET', paths[i]) end\n"
                                       % ",".join(f'"{path}"' for path in paths))  # fmt: skip
        health = {"lede": [], "nginx": []}
        for _ in range(3):
            for name in health:
                health[name].append(wrk(urls[name] + "/healthz", options.seconds // 2))
        most = statistics.median(wrk(urls["lede"], options.seconds // 2, temp / "lede.lua") for _ in range(3))
        rate = max(1, int(most / 2))
        for name, targets in [("lede", paths), ("nginx", ["/page"])]:
            (temp / f"{name}.targets").write_text("".join(f"GET {urls[name]}{path}\n" for path in targets))
        times = {"lede": [], "nginx": [], "beside slow clients": []}
        for _ in range(3):
            for name in ["lede", "nginx"]:
                times[name].append(vegeta(program, temp / f"{name}.targets", rate, options.seconds))
            slow = SlowClients(ports["lede"])
            times["beside slow clients"].append(vegeta(program, temp / "lede.targets", rate, options.seconds))
            slow.close()
    finally:
        for server in servers:
            server.terminate()
            server.wait()
        shutil.rmtree(temp, ignore_errors=True)
    p99 = {name: statistics.median(values) for name, values in times.items()}
    print(f"/healthz requests/s: lede {health['lede']}, nginx {health['nginx']}")
    print(f"searches: at most {most:.0f}/s on one thread; at {rate}/s p99 ms: {times}; the page has {len(page)} bytes")
    ratio = statistics.median(health["lede"]) / statistics.median(health["nginx"])
    print(f"bar http.health.vs_nginx {ratio:.2f} >=0.6")
    print(f"bar http.search.p99_vs_nginx {p99['lede'] / p99['nginx']:.2f} <=2.0")
    print(f"bar http.slow_clients.p99 {p99['beside slow clients'] / p99['lede']:.2f} <1.5")


if __name__ == "__main__":
    main()
