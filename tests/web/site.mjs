// What the browser tests and the screenshots stand on: an archive of samples/, `lede serve` on it, a
// static site beside it, and Chromium.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = process.env.LEDE_ROOT || path.resolve(here, "../..");

const story = (lang, headline, paragraphs, modified) => `<!DOCTYPE html><html lang="${lang}"><head><meta charset="utf-8">
<title>${headline}</title><link rel="canonical" href="https://quay.example/2024/night-boat-${lang}.html">
<meta property="article:published_time" content="2024-05-01T08:00:00Z">
<meta property="article:modified_time" content="${modified}"></head>
<body><article><h1>${headline}</h1>${paragraphs.map((text) => `<p>${text}</p>`).join("")}</article></body></html>`;
const STORIES = [
  story("en", "Night boat to stop at the old quay", [
    "The night boat will stop at the old quay from June, the harbour authority said on Wednesday morning.",
    "It is the first time since the closure of the bridge that passengers can walk to the town from the boat."], "2024-05-01T08:00:00Z"),
  story("en", "Night boat to stop at the old quay", [
    "The night boat will stop at the old quay from the first of July, the harbour authority said on Friday morning.",
    "It is the first time since the closure of the bridge that passengers can walk to the town from the boat.",
    "Tickets stay at four crowns."], "2024-05-03T18:30:00Z"),
  story("ar", "القارب الليلي يتوقف عند الرصيف القديم", [
    "قالت هيئة الميناء صباح الأربعاء إن القارب الليلي سيتوقف عند الرصيف القديم ابتداء من شهر يونيو المقبل.",
    "وهذه هي المرة الأولى منذ إغلاق الجسر التي يستطيع فيها الركاب السير إلى المدينة."], "2024-05-01T08:00:00Z"),
];

/** Makes the archive, starts the servers and the browser; stop() ends them. */
export async function open(lede) {
  const folder = mkdtempSync(path.join(tmpdir(), "lede-web-"));
  const archive = path.join(folder, "news.lede");
  const add = (...paths) => execFileSync(lede, ["add", archive, ...paths], { cwd: root, stdio: "pipe" });
  add("samples/pages", "samples/plain", "samples/wire.jsonl", "samples/capture.warc.gz");
  for (const text of STORIES) { // from one address: a canonical claimed from another is not believed
    const file = path.join(folder, `night-boat-${text.match(/lang="(\w+)"/)[1]}.html`);
    writeFileSync(file, text);
    add(file);
  }
  const site = await serveFiles();
  const server = spawn(lede, ["serve", archive, "--port", "0", "--origins", site.url], { stdio: ["ignore", "ignore", "pipe"] });
  const line = await new Promise((resolve, reject) => {
    server.stderr.once("data", (data) => resolve(String(data)));
    server.once("exit", (code) => reject(new Error(`lede serve ended with ${code}`)));
  });
  const url = line.match(/http:\/\/[^/]+/)[0];
  site.lede = url;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const stop = async () => {
    await browser.close();
    site.server.close();
    server.kill("SIGTERM");
    const code = await new Promise((resolve) => (server.exitCode !== null ? resolve(server.exitCode) : server.once("exit", resolve)));
    rmSync(folder, { recursive: true });
    return code;
  };
  return { url, site, browser, stop };
}

// The widget's example and a page of InstantSearch, with this run's addresses in them.
function serveFiles() {
  const modules = path.join(here, "node_modules");
  const files = {
    "/": [path.join(root, "examples/widget/index.html"), "text/html"],
    "/site.css": [path.join(root, "examples/widget/site.css"), "text/css"],
    "/instant": [path.join(here, "instantsearch.html"), "text/html"],
    "/instantsearch.js": [path.join(modules, "instantsearch.js/dist/instantsearch.production.min.js"), "text/javascript"],
    "/adapter.js": [path.join(modules, "@meilisearch/instant-meilisearch/dist/instant-meilisearch.umd.min.js"), "text/javascript"],
  };
  const site = {};
  const server = createServer((request, response) => {
    const found = files[new URL(request.url, "http://x").pathname];
    if (!found) { response.writeHead(404).end(); return; }
    const body = found[1] === "text/html"
      ? readFileSync(found[0], "utf8").replaceAll("http://127.0.0.1:7700", site.lede) : readFileSync(found[0]);
    response.writeHead(200, { "Content-Type": `${found[1]}; charset=utf-8` }).end(body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () =>
    resolve(Object.assign(site, { server, url: `http://127.0.0.1:${server.address().port}` }))));
}

/** Every kind of page there is, by name. */
export const PAGES = {
  front: "/",
  results: "/search?q=bridge",
  narrowed: "/search?q=bridge&section=Harbour&from=2024",
  compared: "/search?q=bridge&c2=strike&c3=ferry",
  nothing: "/search?q=zzyzxqq",
  warned: `/search?q=${encodeURIComponent('bridge "bolts')}`,
  article: `/article?key=${encodeURIComponent("https://quay.example/2024/night-boat-en.html")}&q=night+boat+quay`,
  changes: `/article?key=${encodeURIComponent("https://quay.example/2024/night-boat-en.html")}&version=0&against=1`,
  arabic: `/article?key=${encodeURIComponent("https://quay.example/2024/night-boat-ar.html")}`,
  error: "/none",
};
