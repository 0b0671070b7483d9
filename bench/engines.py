"""The engines of the benchmarks: how each is started, what it is, where its index is kept.

Every driver (bench/game/<engine>/) speaks the same two modes: `index DIR [options]` with documents
on standard input, and `serve DIR`, the game's protocol. bench/setup.sh builds the peers' drivers;
lede's is built here, against the static library of a build folder and the public headers alone.
"""

import datetime
import hashlib
import shutil
import subprocess
from pathlib import Path

import common


class Engine:
    lane = None  # its name, where it is a lane of lede's own and no peer

    def __init__(self, name, command, files, slow=False, options=(), plain=True):
        self.name = name
        self.command = command  # the words before `index` and `serve`
        self.files = files      # what decides how an index looks: the driver and its libraries
        self.slow = slow        # measured on a part of the queries, with fewer passes
        self.options = options  # of every `index`
        self.plain = plain      # words as they stand: its counts are to equal the others'

    def missing(self):
        return [str(f) for f in self.files if not f.exists()]

    def version(self):
        done = subprocess.run(self.command + ["version"], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    def identity(self):
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(file.read_bytes())
        return digest.hexdigest()[:12]

    def index_command(self, folder, options=()):
        return self.command + ["index", str(folder), *self.options, *options]

    def serve_command(self, folder):
        return self.command + ["serve", str(folder)]


class Lede(Engine):
    def version(self):
        return f"lede {common.revision()}"


class Lane(Lede):
    """lede under another condition, measured beside lede itself. `shelf`: lanes that share an index;
    `condition`: from the number of documents to what every match has to be."""

    def __init__(self, lane, program, shelf, options, condition=None):
        super().__init__(f"lede-{lane}", [str(program)], [program], options=options, plain=False)
        self.lane, self.shelf, self.condition = lane, shelf, condition

    def rewriter(self, docs):
        """From a query of the game to that of the lane. Where all words are optional, one of them
        stays needed."""
        if not self.condition:
            return lambda query: query
        text = self.condition(docs)
        return lambda query: (f"{query} +{text}" if query.startswith("+") else f"+({query}) +{text}")


def middle_tenth(docs):
    """The days of the tenth in the middle of the documents, which have 100 a day from 2000 on."""
    first = datetime.date(2000, 1, 1)
    days = [first + datetime.timedelta(days=docs * part // 10000) for part in (45, 55)]
    return f"date:{days[0]}..{days[1] - datetime.timedelta(days=1)}"


LANES = {
    "filter10": lambda program: Lane("filter10", program, "lede-labels", ["labels"],
                                     lambda docs: "tag:t3"),
    "date10": lambda program: Lane("date10", program, "lede-labels", ["labels"], middle_tenth),
    "deleted5": lambda program: Lane("deleted5", program, "lede-deleted", ["delete=20"]),
    "news": lambda program: Lane("news", program, "lede-news", ["profile=news"]),
}


def build_driver(build, source, name):
    """Compiles a driver of bench/ against a build folder; the program's path. `name` is taken from the
    shelf of programs unless it is a whole path."""
    build = Path(build).resolve()
    library = build / "src" / "liblede.a"
    if not library.exists():
        raise SystemExit(f"bench: no library at {library}; run `make build` first")
    flags = subprocess.run(["pkg-config", "--libs", "--static", "lede"], check=True, text=True,
                           capture_output=True,
                           env={"PKG_CONFIG_PATH": str(build / "meson-uninstalled"),
                                "PATH": "/usr/local/bin:/usr/bin:/bin"}).stdout.split()
    program = common.bench_dir() / "bin" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra",
                    f"-I{common.ROOT / 'include'}", "-o", str(program),
                    str(common.ROOT / "bench" / source), str(library),
                    *[f for f in flags if f != "-llede"]], check=True)
    return program


def java_command():
    """A runtime for Lucene 10 (Java 21 and newer), with the vector module where it has one."""
    folder = common.bench_dir()
    java = folder / "jre" / "bin" / "java"
    words = [str(java), "--enable-native-access=ALL-UNNAMED"]
    if java.exists():
        modules = subprocess.run([str(java), "--list-modules"], capture_output=True, text=True)
        if "jdk.incubator.vector" in modules.stdout:
            words += ["--add-modules", "jdk.incubator.vector"]
    return words + ["-cp", f"{folder}/lucene/classes:{folder}/lucene/lib/*", "Game"]


def find(build, wanted):
    """The engines of a list of names, in its order; what cannot run is said and left out."""
    folder = common.bench_dir()
    binaries = folder / "bin"
    makers = {
        "lede": lambda: Lede("lede", [str(program)], [program]),
        "lede-bp": lambda: Lede("lede-bp", [str(program)], [program], options=["reorder"]),
        **{f"lede-{lane}": lambda make=make: make(program) for lane, make in LANES.items()},
        "tantivy": lambda: Engine("tantivy", [str(binaries / "tantivy-game")],
                                  [binaries / "tantivy-game"]),
        "lucene": lambda: Engine("lucene", java_command(),
                                 [folder / "lucene" / "classes" / "Game.class",
                                  folder / "lucene" / "lib" / "VERSION",
                                  folder / "jre" / "release"]),
        "sqlite": lambda: Engine("sqlite", [str(binaries / "sqlite-game")],
                                 [binaries / "sqlite-game"], slow=True),
        "xapian": lambda: Engine("xapian", [str(binaries / "xapian-game")],
                                 [binaries / "xapian-game"], slow=True),
    }
    unknown = [name for name in wanted if name not in makers]
    if unknown:
        raise SystemExit(f"bench: no engine {unknown[0]}; there are {', '.join(makers)}")
    program = None
    if any(name.startswith("lede") for name in wanted):
        program = build_driver(build, "game/lede/game.c", "lede-game")
    engines = []
    for name in wanted:
        engine = makers[name]()
        if engine.missing():
            print(f"{name} does not run: {', '.join(engine.missing())} missing (bench/setup.sh)")
        else:
            engines.append(engine)
    return engines


def index_of(engine, corpus_path, facts):
    """The folder of an engine's index without stored text, made where there is none of this
    driver and this corpus yet; older ones of the same pair are dropped."""
    shelf = common.bench_dir() / "index" / corpus_path.stem / getattr(engine, "shelf", engine.name)
    folder = shelf / f"{engine.identity()}-{facts['sha256'][:8]}"
    done = folder.with_suffix(".done")
    if done.exists():
        return folder
    shutil.rmtree(shelf, ignore_errors=True)
    shelf.mkdir(parents=True)
    used = common.run_measured(engine.index_command(folder), corpus_path, folder.with_suffix(".log"))
    print(f"indexed {engine.name}: {used['cpu_s']:.1f} s CPU, "
          f"{common.folder_bytes(folder) / 1e6:.1f} MB", flush=True)
    done.touch()
    return folder
