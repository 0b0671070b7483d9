"""Builds and runs read_news.c against the libraries of a build."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def program(build):
    out = build / "bench_read_news"
    libraries = [build / "src" / f"libld_{name}.a" for name in ("news", "article", "text", "codec",
                                                                "base")]
    found = subprocess.run(["pkg-config", "--libs", "libutf8proc", "libzstd", "libxxhash"],
                           check=True, capture_output=True, text=True).stdout.split()
    flags = ["-fsanitize=address,undefined"] if "address" in (
        build / "meson-info/intro-buildoptions.json").read_text().split('"b_sanitize"')[1][:80] else []
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", *flags, f"-I{ROOT}/src",
                    f"-I{ROOT}/include", f"-I{ROOT}", "-o", out, ROOT / "bench/news/read_news.c",
                    "-Wl,--start-group", *libraries, "-Wl,--end-group", *found, "-lstemmer", "-lm",
                    "-lpthread"], check=True)
    return out


def run(build, what, lines):
    """One answer line for each input line."""
    out = subprocess.run([program(build), what], input="\n".join(lines) + "\n", check=True,
                         capture_output=True, text=True).stdout
    return out.split("\n")[:len(lines)]
