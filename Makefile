# The front door: every target installs what it needs (tools/setup.sh) and builds with Meson.
#   make demo     build, make an archive of samples/, search it, serve it on 127.0.0.1:7700
#   make test     build with sanitizers and pass every test
# More: make, check, install, uninstall, format, clean, test-neon, test-web, screenshots; and what
# takes longer: trust, fuzz, tsan, valgrind, cov, prove, prove-escape, bench-game, bench-index,
# bench-growth, bench-bad-queries, bench-extract, bench-extract-speed, bench-relevance, bench-kernels,
# bench-operators, bench-news, bench-copies, bench-alerts, bench-verify, bench-http (CONTRIBUTING.md).

PORT ?= 7700
SERVE ?= 1
PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
BUILD_TEST := build-test
LEDE_TEST_DATA ?= ../shared/data
export LEDE_TEST_DATA

.PHONY: all setup setup-test build demo test check install uninstall trust fuzz tsan \
  valgrind cov test-neon prove bench-game bench-copies bench-alerts bench-index bench-growth \
  bench-bad-queries bench-relevance bench-extract bench-kernels bench-operators bench-news \
  bench-verify bench-extract-speed setup-web test-web screenshots prove-escape bench-http \
  format clean

all: build

setup:
	@sh tools/setup.sh build

setup-test:
	@sh tools/setup.sh build test

$(BUILD)/build.ninja:
	meson setup $(BUILD) --buildtype=release -Dtests=false --prefix=$(PREFIX)

build: setup
	@test -f $(BUILD)/build.ninja || $(MAKE) --no-print-directory $(BUILD)/build.ninja
	@ninja -C $(BUILD)
	@ln -sf src/lede $(BUILD)/lede

demo: build
	@PORT=$(PORT) SERVE=$(SERVE) sh tools/demo.sh $(BUILD)

$(BUILD_TEST)/build.ninja:
	meson setup $(BUILD_TEST) --buildtype=debugoptimized -Db_sanitize=address,undefined \
	  -Db_lundef=false -Dwerror=$(if $(filter true,$(CI)),true,false)

test: setup-test
	@test -f $(BUILD_TEST)/build.ninja || $(MAKE) --no-print-directory $(BUILD_TEST)/build.ninja
	@ninja -C $(BUILD_TEST)
	@$(MAKE) --no-print-directory check
	@python3 tools/run_tests.py $(BUILD_TEST)

check:
	@python3 tools/check_layers.py

install: build
	@meson configure $(BUILD) --prefix=$(PREFIX)
	@DESTDIR="$(DESTDIR)" meson install -C $(BUILD)

uninstall:
	@sh tools/uninstall.sh $(BUILD) "$(DESTDIR)"

# Power cuts, faults, flipped bits, kills, each in its long mode; some 15 minutes.
trust: setup-test
	@sh tools/trust.sh

# Bytes from outside, made up by libFuzzer (clang): T= a target of tests/fuzz (all), S= seconds each (60).
fuzz: setup-test
	@sh tools/fuzz.sh $(or $(T),all) $(or $(S),60)

# The tests with threads under ThreadSanitizer; and what the tests run of the code.
tsan: setup-test
	@sh tools/tsan.sh

# The unit tests under memcheck.
valgrind: setup-test
	@sh tools/valgrind.sh

cov: setup-test
	@python3 tools/coverage.py

# The arm64 kernels, cross-built and run in an emulator.
test-neon:
	@sh tests/codec/neon.sh

# The whole path on real data: counts that add up, kill -9, the memory cap.
prove: build
	@python3 tools/prove_path.py $(BUILD)/lede

# Beside the peers, on the same text; CORPUS=paragraphs|articles|ocr, N= documents (0: all).
bench-game: build
	@sh bench/setup.sh
	@python3 bench/game/run.py --build $(BUILD) --corpus $(or $(CORPUS),paragraphs) --docs $(or $(N),0)

# Copies found and folded; alerts beside running each query. DATA= the test data.
bench-copies: build
	@python3 bench/news/copies.py $(BUILD) $(or $(DATA),$(LEDE_TEST_DATA))
	@python3 bench/news/fold.py $(BUILD) $(or $(DATA),$(LEDE_TEST_DATA))

bench-alerts: build
	@python3 bench/alerts/run.py --build $(BUILD) $(or $(DATA),$(LEDE_TEST_DATA))

bench-index: build
	@sh bench/setup.sh
	@python3 bench/index/run.py --build $(BUILD) --corpus $(or $(CORPUS),articles) --docs $(or $(N),0)

# What open, queries, adding and merging cost at 10,000, 100,000 and all documents; a minute.
bench-growth: build
	@python3 bench/growth/run.py --build $(BUILD) --corpus $(or $(CORPUS),paragraphs)

# Queries that are meant to hurt: seconds and memory of each; N= documents of the corpus (100000).
bench-bad-queries: build
	@python3 bench/bad_queries/run.py --build $(BUILD) --docs $(or $(N),100000)
# nDCG@10 and MAP beside Lucene's BM25; DATA= a folder of collections laid out as those of the test data.
bench-relevance: build
	@sh bench/setup.sh
	@python3 bench/relevance/run.py --build $(BUILD) $(or $(DATA),$(LEDE_TEST_DATA)/ir)

# DATA= a folder of benchmark sets laid out as those of the test data.
bench-extract: build
	@python3 bench/extraction/evaluate.py $(BUILD)/lede $(or $(DATA),$(LEDE_TEST_DATA)/extraction)

# Nanoseconds an item in each inner loop, by variant; half a minute.
bench-kernels: build
	@python3 bench/kernels/run.py $(BUILD)

# The time of each operator of the query language, p50 and p99; CORPUS=, N= as above.
bench-operators: build
	@python3 bench/operators/run.py --build $(BUILD) --corpus $(or $(CORPUS),articles) --docs $(or $(N),0)

# Is it right what is read out of the texts: times, speech, aliases, copies, languages?
bench-news: build
	@for what in times quotes aliases copies languages; do \
	  python3 bench/news/$$what.py $(BUILD) $(or $(DATA),$(LEDE_TEST_DATA)) || exit 1; done
# What the checksums on the read path cost, in instructions; five minutes, needs valgrind.
bench-verify: build
	@python3 bench/verify/run.py $(BUILD)

# How many pages a second, beside peers; DATA= as above, ROUNDS= (5).
bench-extract-speed: build
	@sh bench/extraction/speed/setup.sh
	@python3 bench/extraction/speed/speed.py --build $(BUILD) --rounds $(or $(ROUNDS),5) \
	  $(or $(DATA),$(LEDE_TEST_DATA)/extraction)

# The pages in Chromium; and as pictures, in build/screenshots.
WEB := $(BUILD)/web
setup-web: build
	@sh tools/setup.sh build web
	@mkdir -p $(WEB)
	@cp tests/web/package.json tests/web/*.mjs tests/web/*.html $(WEB)/
	@cd $(WEB) && npm install --no-audit --no-fund --silent

test-web: setup-web
	@cd $(WEB) && LEDE_ROOT=$(CURDIR) node test_web.mjs ../lede

screenshots: setup-web
	@cd $(WEB) && LEDE_ROOT=$(CURDIR) node screenshots.mjs ../lede ../screenshots

# A million random (document, query) pairs: half of them results pages, half articles
prove-escape: build
	@LEDE_PAGE_ROUNDS=500000 $(BUILD)/tests/server/test_server_page

# Requests a second and their times beside nginx, on this machine.
bench-http: build
	@sh tools/setup.sh build bench-http
	@python3 bench/http/run.py $(BUILD)/lede

format:
	@git ls-files 'src/*.c' 'src/*.h' 'include/*.h' 'tests/*.c' 'tests/*.h' 'examples/*.c' \
	  | grep -v '_tables\.c$$' | xargs clang-format -i

clean:
	rm -rf $(BUILD) $(BUILD_TEST) build-trust demo.lede
