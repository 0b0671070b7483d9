"""What the benchmarks share: where things are, what machine this is, how a process is measured."""

import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_data():
    """The folder of test data; a relative path counts from the root of the repository."""
    return (ROOT / os.environ.get("LEDE_TEST_DATA", "../shared/data")).resolve()


def bench_dir():
    """The cache of corpora, peers and indexes: $LEDE_BENCH_DIR, else one in the temporary folder."""
    fallback = Path(tempfile.gettempdir()) / "lede-bench"
    return Path(os.environ.get("LEDE_BENCH_DIR", fallback)).resolve()


def machine():
    """One line about the machine a figure was made on."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, load {load:.1f}"


def revision():
    done = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
                          capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def stamp():
    return time.strftime("%Y-%m-%dT%H-%M-%S")


def results_path(name):
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    return folder / f"{stamp()}-{name}"


def add_arguments(parser, corpus, corpora):
    """What every bench of engines is told: the text, lede's build, who plays."""
    parser.add_argument("--corpus", default=corpus, choices=corpora)
    parser.add_argument("--docs", type=int, default=0, help="only the first so many; 0: all")
    parser.add_argument("--build", default="build", help="a release build of lede")
    parser.add_argument("--engines", default="lede,lede-bp,tantivy,lucene,sqlite,xapian")


def folder_bytes(folder):
    return sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())


def parts_of(log):
    """The parts a driver printed ("part BYTES NAME"), where it prints any."""
    parts = {}
    for line in log.splitlines():
        words = line.split(" ", 2)
        if len(words) == 3 and words[0] == "part":
            parts[words[2]] = int(words[1])
    return parts


def run_measured(command, stdin_path, log_path):
    """Runs a command with a file as its input. The processor time is that of the whole process:
    every thread, compiler and collector of a virtual machine included, and children waited for."""
    start = time.monotonic()
    with open(stdin_path, "rb") as stdin, open(log_path, "wb") as log:
        process = subprocess.Popen(command, stdin=stdin, stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = Path(log_path).read_text(errors="replace")
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {text[-800:]}")
    return {"cpu_s": usage.ru_utime + usage.ru_stime, "wall_s": time.monotonic() - start,
            "peak_mb": usage.ru_maxrss / 1024, "log": text}
