#!/usr/bin/env python3
"""Makes the sample archive: an invented newspaper's saved pages.

The question it answers: how do sixty-odd pages look as if real sites had
served them, and yet stay maintainable and the same on every machine?

    stories/*.txt      what is said   (one block per story, format below)
    templates/*.html   how it is framed (one per site design, string.Template)
    this file          story + template + quirks -> bytes

In samples/ at the top of the project, which holds only what the demo adds:

    pages/HOST/...     the saved pages        feed.xml          RSS 2.0
    plain/*.txt        text copied from pages wire.jsonl        one object a line
    capture.warc.gz    WARC 1.1

In tests/data/samples/: expected.tsv, the truth for tests; capture.tsv, the
WARC's records in order. In README.md only the table of peculiarities is made.

A story file:

    === slug
    key: value            site, title, date, modified, by, section, tags,
    ...                   template, kind, quirks, path, caption, related, ...
                          (blank line ends the header)
    Paragraph on one line.            ## subheading
    - list item                       > quote || who said it
    | cell | cell |                   @time HH:MM heading   (liveblog entry)
    @also slug    read-also box       @ad   @newsletter     (furniture)
    @from slug 2-4  paragraphs 2 to 4 of another story (how wire copies are made)
    @comment name | text              [words](slug) links to another story

`quirks` is a list of words: date=time|visible|meta|jsonld|url|none says where
the publication date can be read; broken=KIND and charset=NAME spoil the page
in a known way; jsonld og comments captiontwice newsletter paywall nocanonical
nbsp add, drop or change parts.

Deterministic: no clock, no random numbers, sorted output. The gzip members
are made by a small deflate encoder here (RFC 1951, fixed codes), because
zlib's output differs between its versions and forks.

    make_samples.py            writes everything beside this file
    make_samples.py --check    makes it all in memory, compares byte for byte
"""
import argparse
import base64
import datetime
import hashlib
import html
import html.entities
import json
import pathlib
import re
import string
import struct
import sys
import unicodedata
import uuid
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SAMPLES = ROOT / "samples"  # holds only what the demo adds
TRUTH = ROOT / "tests" / "data" / "samples"
FILE_BYTES_MAX = 200 * 1024
TOTAL_BYTES_MAX = 1536 * 1024

SITES = {
    "lantern": {"host": "www.aldernlantern.example", "name": "The Aldern Lantern", "lang": "en",
                "suffix": " | The Aldern Lantern"},
    "fanal": {"host": "www.lefanal.example", "name": "Le Fanal", "lang": "fr",
              "suffix": " – Le Fanal, Saint-Orens"},
    "npa": {"host": "www.northernpress.example", "name": "Northern Press Agency", "lang": "en",
            "suffix": " - NPA"},
    "ropewalk": {"host": "ropewalknotes.example", "name": "Ropewalk Notes", "lang": "en",
                 "suffix": " « Ropewalk Notes"},
}

ROLES = {
    "Maren Holloway": ("Harbour correspondent", "has reported on the harbour since 2015."),
    "Josef Pellinore": ("Courts reporter", "covers the courts and, when it rains, the weather."),
    "Adaeze Thornbury": ("Feature writer", "writes about the city and the people who put up with it."),
    "Callum Birkenshaw": ("Council reporter", "has sat through more than nine hundred committee meetings."),
    "Lisbet Varga-Crane": ("Culture reporter", "joined the Lantern from the university radio."),
    "Tamsin Oxenholme": ("Football writer", "has followed the Herons home and away since 2008."),
}

MONTHS = ("January February March April May June July August September October "
          "November December").split()
MOIS = ("janvier février mars avril mai juin juillet août septembre octobre "
        "novembre décembre").split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
JOURS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()


# --- stories -----------------------------------------------------------------

class Story:
    """One story as written: header words, blocks of (kind, text), comments."""

    def __init__(self, slug, meta, blocks):
        self.slug = slug
        self.meta = meta
        self.blocks = [b for b in blocks if b[0] != "comment"]
        self.comments = [b[1] for b in blocks if b[0] == "comment"]
        self.site = SITES[meta["site"]]
        self.title = meta["title"]
        self.kind = meta.get("kind", "article")
        self.section = meta["section"]
        self.lang = meta.get("lang", self.site["lang"])
        self.authors = words(meta.get("by", ""))
        self.quirks = meta.get("quirks", "").split()
        self.date = parse_time(meta.get("date"))
        self.modified = parse_time(meta.get("modified"))
        self.caption, _, self.credit = (s.strip() for s in meta.get("caption", "").partition("||"))

    def has(self, quirk):
        return quirk in self.quirks

    def value(self, key, default=""):
        for quirk in self.quirks:
            if quirk.startswith(key + "="):
                return quirk.partition("=")[2]
        return default

    @property
    def number(self):
        return 1000 + zlib.crc32(self.slug.encode()) % 9000

    @property
    def section_slug(self):
        return re.sub(r"[^a-z]+", "-", self.section.lower())

    @property
    def path(self):
        """Path below the host; the shape depends on the site's design."""
        if "path" in self.meta:
            return self.meta["path"]
        day = self.date.strftime("%Y/%m/%d") if self.date else ""
        return {
            "modern": f"{day}/{self.slug}.html",
            "live": f"live/{self.slug}.html",
            "soup": f"{self.section_slug}/{self.slug}-{self.number}.html",
            "table": f"{self.section_slug}/{self.number}.htm",
            "micro": f"{self.section_slug}/{self.slug}.html",
            "cards": f"{self.section_slug}/{self.slug}-{self.number}/index.html",
            "fanal": f"{day}/{self.slug}.html" if self.value("date") == "url"
                     else f"{self.section_slug}/{self.slug}.html",
            "wire": f"story/{self.slug.replace('npa-', '')}-{self.number}.html",
            "blog": f"{day[:7]}/{self.slug.replace('ropewalk-', '')}/index.html",
        }[self.meta["template"]]

    @property
    def url(self):
        address = re.sub(r"index\.html$", "", self.path)
        return f"https://{self.site['host']}/{address}"

    @property
    def file(self):
        return f"pages/{self.site['host']}/{self.path}"

    def paragraphs(self):
        return [text for kind, text in self.blocks if kind == "p"]


def words(text):
    return [w.strip() for w in text.split(",") if w.strip()]


def address_word(text):
    """`Musée des Marées` -> `musee-des-marees`."""
    bare = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare)


def parse_time(text):
    return datetime.datetime.fromisoformat(text) if text else None


def parse_line(line):
    for mark, kind in (("## ", "h2"), ("- ", "li"), ("> ", "quote"), ("| ", "row")):
        if line.startswith(mark):
            return kind, line[len(mark):].strip()
    if line.startswith("@"):
        kind, _, rest = line[1:].partition(" ")
        return kind, rest
    return "p", line


def load_stories():
    stories = {}
    for file in sorted((HERE / "stories").glob("*.txt")):
        for chunk in re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            head, _, body = chunk.partition("\n\n")
            slug, *fields = head.strip().split("\n")
            meta = dict(f.split(": ", 1) for f in fields)
            if slug in stories:
                sys.exit(f"{file.name}: story {slug} is written twice; rename one of them")
            lines = [ln.strip() for ln in body.split("\n") if ln.strip()]
            stories[slug] = Story(slug, meta, [parse_line(ln) for ln in lines])
    for story in stories.values():
        story.blocks = [b for block in story.blocks for b in expand(block, stories)]
    return stories


def expand(block, stories):
    """`@from slug 2-4` becomes those paragraphs; any other block stays."""
    if block[0] != "from":
        return [block]
    slug, span = block[1].split()
    first, last = (int(n) for n in span.split("-"))
    return [("p", text) for text in stories[slug].paragraphs()[first - 1:last]]


# --- pieces of a page --------------------------------------------------------

def esc(text):
    return html.escape(text, quote=False)


def attr(text):
    return html.escape(text, quote=True)


def plain(text):
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:00+00:00")


def say_date(story, style):
    d = story.date
    if story.lang == "fr":
        return f"Publié le {JOURS[d.weekday()]} {d.day} {MOIS[d.month - 1]} {d.year} à {d.hour} h {d.minute:02d}"
    day, month = DAYS[d.weekday()], MONTHS[d.month - 1]
    return {
        "long": f"{day}, {d.day} {month} {d.year}, {d.hour}.{d.minute:02d}",
        "stamp": f"{d.day} {month[:3]} {d.year} {d:%H:%M} GMT",
        "slash": f"{d:%d/%m/%Y} {d:%H:%M}",
        "us": f"{month} {d.day}, {d.year}",
    }[style]


class Page:
    """One story being dressed: makes the pieces that templates ask for."""

    DATE_STYLE = {"modern": "long", "live": "long", "soup": "slash", "table": "us", "micro": "long",
                  "cards": "us", "fanal": "long", "wire": "stamp", "blog": "us"}

    def __init__(self, story, stories):
        self.story = story
        self.stories = stories
        self.template = story.meta["template"]

    def href(self, slug):
        target = self.stories[slug]
        if target.site is self.story.site:
            return target.url.split(target.site["host"], 1)[1]
        return target.url

    def inline(self, text):
        def link(m):
            return f'<a href="{self.href(m.group(2))}">{m.group(1)}</a>'
        return re.sub(r"\[([^\]]+)\]\(([^)]+)\)", link, esc(text))

    # head

    def head(self):
        s, out = self.story, []
        if not s.has("nocanonical") and self.template != "table":
            out.append(f'<link rel="canonical" href="{s.url}">')
        if "translation" in s.meta:
            other = self.stories[s.meta["translation"]]
            for page in sorted((s, other), key=lambda p: p.lang):
                out.append(f'<link rel="alternate" hreflang="{page.lang}" href="{page.url}">')
        if "part" in s.meta:
            part, slug = s.meta["part"].split()
            rel = "next" if part.startswith("1") else "prev"
            out.append(f'<link rel="{rel}" href="{self.stories[slug].url}">')
        if s.has("og"):
            out += self.open_graph()
        elif s.paragraphs():
            out.append(f'<meta name="description" content="{attr(self.lead())}">')
        if s.value("date") == "meta" and not s.has("og"):
            out.append(f'<meta name="date" content="{s.date:%Y-%m-%d}">')
        if s.has("jsonld"):
            out.append(self.json_ld())
        return "\n".join(out)

    def lead(self):
        text = plain(self.story.paragraphs()[0]) if self.story.paragraphs() else self.story.title
        return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0] + " …"

    def open_graph(self):
        s = self.story
        pairs = [("og:type", "article" if s.kind != "list" else "website"), ("og:title", s.title),
                 ("og:site_name", s.site["name"]), ("og:url", s.url), ("og:description", self.lead()),
                 ("og:locale", "fr_FR" if s.lang == "fr" else "en_GB")]
        if s.caption:
            pairs.append(("og:image", f"https://{s.site['host']}/img/{s.number}-1200.jpg"))
        if s.value("date") in ("time", "meta"):
            pairs.append(("article:published_time", iso(s.date)))
            pairs.append(("article:section", s.section))
            if s.modified:
                pairs.append(("article:modified_time", iso(s.modified)))
        out = [f'<meta property="{k}" content="{attr(v)}">' for k, v in pairs]
        if s.authors and s.number % 2:
            out.append(f'<meta name="author" content="{attr(", ".join(s.authors))}">')
        return out

    def json_ld(self):
        s = self.story
        kind = {"liveblog": "LiveBlogPosting"}.get(s.kind, "NewsArticle")
        node = {"@context": "https://schema.org", "@type": kind, "headline": s.title,
                "mainEntityOfPage": s.url, "datePublished": iso(s.date), "inLanguage": s.lang,
                "publisher": {"@type": "NewsMediaOrganization", "name": s.site["name"]}}
        if s.modified:
            node["dateModified"] = iso(s.modified)
        if s.authors:
            node["author"] = [{"@type": "Person", "name": a} for a in s.authors]
        if s.has("paywall"):
            node["isAccessibleForFree"] = False
        if s.kind == "article" and s.number % 3 == 0:
            node["articleBody"] = "\n\n".join(plain(p) for p in s.paragraphs())
        if self.template == "cards":
            node.pop("@context")
            node = {"@context": "https://schema.org", "@graph": [
                {"@type": "WebSite", "name": s.site["name"], "url": f"https://{s.site['host']}/"}, node]}
        text = json.dumps(node, ensure_ascii=True, indent=1).replace("</", "<\\/")
        return f'<script type="application/ld+json">\n{text}\n</script>'

    # around the headline

    def byline(self):
        s = self.story
        if not s.authors:
            return ""
        names = " and ".join(esc(a) for a in s.authors)
        first = s.authors[0]
        if self.template in ("modern", "live"):
            links = " and ".join(f'<a rel="author" href="/by/{a.lower().replace(" ", "-")}">{esc(a)}</a>'
                                 for a in s.authors)
            role = f', <span class="role">{ROLES[first][0]}</span>' if len(s.authors) == 1 else ""
            return f'      <span class="byline">By {links}{role}</span>'
        if self.template == "micro":
            people = " and ".join(f'<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
                                  f'<span itemprop="name">{esc(a)}</span></span>' for a in s.authors)
            return f"By {people}"
        return {
            "soup": f"<b>By {names}</b> |",
            "table": f"<I>By {names}, Lantern staff</I><BR>",
            "cards": f'<div data-component="Byline"><img src="/img/by/{s.number % 40}.png" alt="">'
                     f"<span>By </span><a href=\"/by/{s.number % 40}\">{names}</a></div>",
            "fanal": f'<span class="auteur">Par {names}</span> –',
            "wire": f'<div id="by">By {names}</div>',
            "blog": f'by <span class="author vcard"><a class="url fn n" href="/author/wystan/">{names}</a></span>',
        }[self.template]

    def date(self):
        s, where = self.story, self.story.value("date")
        if where not in ("time", "visible"):
            return ""
        text = say_date(s, self.DATE_STYLE[self.template])
        if where == "time":
            prop = ' itemprop="datePublished"' if self.template == "micro" else ""
            text = f'<time datetime="{iso(s.date)}"{prop}>{text}</time>'
            if s.modified and self.template in ("modern", "micro", "fanal"):
                label = "Mis à jour" if s.lang == "fr" else "Updated"
                text += f' <span class="updated">{label} <time datetime="{iso(s.modified)}">' \
                        f"{s.modified:%H:%M}</time></span>"
        elif s.modified:
            text += f" (updated {s.modified:%d/%m/%Y %H:%M})"
        return text

    def figure(self):
        s = self.story
        if not s.caption:
            return ""
        cap, credit = esc(s.caption), esc(s.credit)
        src = f"/img/{s.number}-800.jpg"
        if self.template in ("modern", "live", "fanal"):
            label = "Photo : " if s.lang == "fr" else "Photograph: "
            out = (f'<figure class="lead"><img src="{src}" alt="{attr(s.caption)}" width="800" height="533">'
                   f'<figcaption>{cap} <span class="credit">{label}{credit}</span></figcaption></figure>')
        elif self.template == "micro":
            out = (f'<figure itemprop="image" itemscope itemtype="https://schema.org/ImageObject">'
                   f'<img itemprop="url" src="{src}" alt=""><figcaption class="m-cap" itemprop="caption">'
                   f"{cap} ({credit})</figcaption></figure>")
        elif self.template == "cards":
            out = (f'<figure><picture><source srcset="/img/{s.number}-1600.webp 2x"><img loading="lazy" '
                   f'src="{src}" alt="{attr(s.caption)}"></picture><figcaption><span>{cap}</span>'
                   f'<span class="css-cr3d">Credit: {credit}</span></figcaption></figure>')
        elif self.template == "table":
            out = (f'<TABLE ALIGN=right WIDTH=200><TR><TD><IMG SRC="{src}" WIDTH=200></TD></TR>'
                   f"<TR><TD><FONT SIZE=1>{cap} Photo: {credit}</FONT></TD></TR></TABLE>")
        else:
            out = (f'    <div class="pic"><img src="{src}" width="420" alt="" /><br />'
                   f'<span class="pictext">{cap}</span> <span class="picby">Photo: {credit}</span></div>')
        if s.has("captiontwice"):
            tag = "div" if s.number % 2 else "p"
            out += f'\n<{tag} class="photo-note">{cap}  ({credit})</{tag}>'
        return out

    # body

    def body(self):
        if self.story.kind == "list":
            return self.front()
        if self.story.kind == "liveblog":
            return self.live()
        out, open_list, open_table = [], False, False
        for kind, text in self.story.blocks:
            if open_list and kind != "li":
                out.append("</ul>")
                open_list = False
            if open_table and kind != "row":
                out.append("</table>")
                open_table = False
            if kind == "li":
                out += ([] if open_list else ["<ul>"]) + [f"<li>{self.inline(text)}</li>"]
                open_list = True
            elif kind == "row":
                cell = "td" if open_table else "th"
                cells = "".join(f"<{cell}>{esc(c.strip())}</{cell}>" for c in text.strip("| ").split("|"))
                out += ([] if open_table else ['<table class="data">']) + [f"<tr>{cells}</tr>"]
                open_table = True
            else:
                out.append(self.block(kind, text))
        out += (["</ul>"] if open_list else []) + (["</table>"] if open_table else [])
        return "\n".join(out)

    def block(self, kind, text):
        fr = self.story.lang == "fr"
        if kind == "p":
            return self.paragraph(text)
        if kind == "h2":
            return f"<h2>{esc(text)}</h2>"
        if kind == "quote":
            said, _, who = (esc(t.strip()) for t in text.partition("||"))
            return f"<blockquote><p>{said}</p><cite>{who}</cite></blockquote>"
        if kind == "also":
            label = "Lire aussi" if fr else "Read also"
            target = self.stories[text]
            return (f'<div class="{"lire-aussi" if fr else "inline-related"}"><strong>{label}</strong> '
                    f'<a href="{self.href(text)}">{esc(target.title)}</a></div>')
        if kind == "ad":
            return '<div class="ad-slot" data-slot="inline-1">Advertisement<br>Story continues below</div>'
        if kind == "newsletter":
            return self.newsletter()
        raise ValueError(f"story {self.story.slug}: no such block as @{kind}")

    def paragraph(self, text):
        inner = self.inline(text)
        if self.story.has("nbsp"):
            inner = re.sub(r" (?=[»:;!?])|(?<=«) ", "\u00a0", inner)
        if self.template == "table" and self.story.slug.startswith("library"):
            return inner + "\n<BR><BR>"
        if self.template == "soup":
            return "      <p>" + "\n      ".join(wrap(inner, 92)) + "</p>"
        if self.template == "cards":
            return f'<p class="css-p4r4 e1h9rw201">{inner}</p>'
        return f"<p>{inner}</p>"

    def newsletter(self):
        return ('<div class="newsletter-box"><h3>The Morning Tide</h3><p>What the city is talking about, in your '
                'inbox at six. Sign up for our free newsletter.</p><form><input type="email" '
                'placeholder="Your e-mail address"><button>Sign up</button></form></div>')

    def live(self):
        out, day = [], self.story.date.strftime("%Y-%m-%d")
        for kind, text in self.story.blocks:
            if kind == "time":
                clock, _, heading = text.partition(" ")
                out += (["</section>"] if out else [])
                out.append(f'<section class="live-entry" id="t{clock.replace(":", "")}">'
                           f'<time datetime="{day}T{clock}:00+00:00">{clock}</time><h2>{esc(heading)}</h2>')
            else:
                out.append(self.block(kind, text))
        return "\n".join(out + ["</section>"])

    def front(self):
        out = []
        for slug in words(self.story.meta["list"]):
            s = self.stories[slug]
            teaser = " ".join(plain(s.paragraphs()[0]).split()[:18]) + " …"
            out.append(f'<li><a href="{self.href(slug)}"><h3>{esc(s.title)}</h3></a> <span class="when">'
                       f"{s.date.day} {MONTHS[s.date.month - 1]} {s.date.year}</span> {esc(teaser)}</li>")
        return "\n".join(out)

    # after the body

    def after(self):
        s, out = self.story, []
        if "part" in s.meta:
            part, slug = s.meta["part"].split()
            number = part.partition("/")[0]
            word = "Next page: The keepers" if number == "1" else "Previous page: A gate, not a wall"
            out.append(f'<nav class="pages">Page {number} of 2 · <a href="{self.href(slug)}">{word}</a></nav>')
        if s.has("paywall"):
            out.append('<div class="paywall-fade"></div><section class="paywall"><h2>Read on with a subscription</h2>'
                       "<p>This article is for subscribers. Your first four weeks cost one crown.</p>"
                       '<a href="/subscribe">See the offers</a> <a href="/login">I already subscribe</a></section>')
        if s.has("newsletter"):
            out.append(self.newsletter())
        return "\n".join(out)

    def tags(self):
        names = words(self.story.meta.get("tags", ""))
        links = " ".join(f'<a rel="tag" href="/tag/{address_word(t)}">{esc(t)}</a>' for t in names)
        label = "Sur le même sujet :" if self.story.lang == "fr" else "Topics:"
        return f'<div class="tags">{label} {links}</div>' if links else ""

    def authorbox(self):
        s = self.story
        if len(s.authors) != 1 or s.authors[0] not in ROLES or s.number % 3 == 1:
            return ""
        name = s.authors[0]
        return (f'<div class="author-box"><img src="/img/by/{s.number % 40}.png" alt=""><h4>{name}</h4>'
                f"<p>{name} {ROLES[name][1]}</p></div>")

    def related(self):
        slugs = words(self.story.meta.get("related", ""))
        if not slugs:
            return ""
        label = "À lire également" if self.story.lang == "fr" else "More on this story"
        items = "".join(f'<li><a href="{self.href(x)}">{esc(self.stories[x].title)}</a></li>' for x in slugs)
        return f'<div class="related"><h3>{label}</h3><ul>{items}</ul></div>'

    def mostread(self):
        s = self.story
        limit = s.date or datetime.datetime(2025, 12, 31)
        pool = [x for x in self.stories.values() if x.site is s.site and x is not s and x.date
                and x.date <= limit and "only" not in x.meta and x.kind == "article"]
        pool.sort(key=lambda x: zlib.crc32((s.slug + x.slug).encode()))
        label = "Les plus lus" if s.lang == "fr" else "Most read"
        if not pool:
            return ""
        items = "".join(f'<li><a href="{self.href(x.slug)}">{esc(x.title)}</a></li>' for x in pool[:5])
        return f'<div class="most-read"><h4>{label}</h4><ol>{items}</ol></div>'

    def comments(self):
        s = self.story
        if not s.has("comments"):
            return ""
        fr = s.lang == "fr"
        out = [f'<div id="comments" class="comments"><h3>{len(s.comments)} {"réactions" if fr else "comments"}</h3><ol>']
        for i, line in enumerate(s.comments):
            name, _, text = (esc(t.strip()) for t in line.partition("|"))
            ago = f"il y a {i + 2} heures" if fr else f"{i + 2} hours ago"
            reply = "Répondre" if fr else "Reply"
            out.append(f'<li class="comment"><b class="who">{name}</b> <span>{ago}</span><p>{text}</p>'
                       f'<a href="#r{i}">{reply}</a> · {(s.number * (i + 3)) % 37} {"j’aime" if fr else "likes"}</li>')
        return "\n".join(out + ["</ol></div>"])

    def text(self):
        """The whole page as text, before it is spoiled and encoded."""
        s = self.story
        suffix = s.site["suffix"] if s.kind != "list" else " news | The Aldern Lantern"
        charset = {"utf8bom": "utf-8", "entities": "utf-8"}.get(s.value("charset"), s.value("charset", "utf-8"))
        values = {name: getattr(self, name)() for name in
                  "head byline date figure after tags authorbox related mostread comments".split()}
        body, values["after"], values["figure"] = spoil_body(s, self.body(), values["after"], values["figure"])
        template = (HERE / "templates" / f"{self.template}.html").read_text(encoding="utf-8")
        page = string.Template(template).substitute(
            values, body=body, lang=s.lang, charset=charset, page_title=esc(s.title + suffix),
            headline=esc(s.title), section=esc(s.section), section_slug=s.section_slug, url=s.url,
            id=str(s.number), slugline=esc(s.value("slug", "GENERAL")),
            sign="(Port Aldern newsroom; desk +00 555 0143)")
        return re.sub(r"\n{2,}", "\n", spoil_page(s, page))


def wrap(text, width):
    """Breaks at spaces outside tags."""
    lines, line = [], ""
    for word in re.findall(r"(?:<[^>]*>|[^\s<])+", text):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return lines + [line]


# --- known damage ------------------------------------------------------------

def spoil_body(story, body, after, figure):
    kind = story.value("broken")
    if kind == "unclosed":
        body = re.sub(r"</p>|</li>", "", body)
    elif kind == "misnested":
        body = re.sub(r"<p>(\w+) (\w+) ", r"<p><b>\1 <i>\2</b> ", body, count=1)
        body = body.replace("</p>", "</i></p>", 1)
    elif kind == "straydiv":
        after = "</div></span></section>" + after
    elif kind == "straymid":
        parts = body.split("</p>", 2)
        body = "</p>".join(parts[:2]) + "</p>\n      </div>" + parts[2]
    elif kind == "dupid":
        body = re.sub(r"<p>", '<p id="text">', body)
        figure = figure.replace("<figure ", '<figure id="text" ').replace("<div ", '<div id="text" ', 1)
    elif kind == "tablemess":
        body = body.replace('<table class="data">', '<table class="data"><div class="ad-slot">Advertisement</div>')
        body = body.replace("</td></tr>", "</td>")
    return body, after, figure


def spoil_page(story, page):
    kind = story.value("broken")
    if kind == "unquoted":
        page = re.sub(r' (class|id|width|height|href|type|name|rel)="([\w/.-]+)"(?! ?/>)', r" \1=\2", page)
    elif kind == "noend":
        page = re.sub(r"</article>|</main>|</body>|</html>", "", page).rstrip() + "\n"
    elif kind == "tablemess":
        page = re.sub(r"</TD></TR>\n?(?=<TR>|</TABLE>)", "\n", page)
    return page


def entity(match):
    """Named, decimal or hexadecimal in turn, so that a page holds all three."""
    code = ord(match.group(0))
    name = html.entities.codepoint2name.get(code)
    if name and code % 3:
        return f"&{name};"
    return f"&#x{code:X};" if code % 2 else f"&#{code};"


def encode_page(story, page):
    charset = story.value("charset", "utf-8")
    if charset == "entities":
        return re.sub(r"[^\x00-\x7f]", entity, page).encode("ascii")
    if charset == "utf8bom":
        return b"\xef\xbb\xbf" + page.encode("utf-8")
    if charset == "utf-16":
        return b"\xff\xfe" + page.encode("utf-16-le")
    return page.encode(charset, "xmlcharrefreplace")


# --- deflate, gzip, PNG: the same bytes everywhere -----------------------------

class Bits:
    def __init__(self):
        self.out, self.acc, self.count = bytearray(), 0, 0

    def put(self, value, width):
        self.acc |= value << self.count
        self.count += width
        while self.count >= 8:
            self.out.append(self.acc & 255)
            self.acc >>= 8
            self.count -= 8

    def code(self, value, width):
        self.put(int(format(value, f"0{width}b")[::-1], 2), width)

    def done(self):
        if self.count:
            self.out.append(self.acc)
        return bytes(self.out)


LENGTHS = [(257 + i, b, e) for i, (b, e) in enumerate(
    [(3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1),
     (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4),
     (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0)])]
DISTANCES = [(i, 1 + i if i < 4 else 1 + ((2 + i % 2) << (i // 2 - 1)), max(0, i // 2 - 1)) for i in range(30)]


def put_symbol(bits, symbol):
    if symbol < 144:
        bits.code(48 + symbol, 8)
    elif symbol < 256:
        bits.code(400 + symbol - 144, 9)
    elif symbol < 280:
        bits.code(symbol - 256, 7)
    else:
        bits.code(192 + symbol - 280, 8)


def deflate(data):
    """One block of fixed codes; greedy matches against the last place of each trigram."""
    bits, last, at = Bits(), {}, 0
    bits.put(1, 1)
    bits.put(1, 2)
    while at < len(data):
        key, length = data[at:at + 3], 0
        start = last.get(key, -1) if len(key) == 3 else -1
        if start >= 0 and at - start <= 32768:
            length = 3
            while length < 258 and at + length < len(data) and data[start + length] == data[at + length]:
                length += 1
            symbol, base, extra = [row for row in LENGTHS if row[1] <= length][-1]
            put_symbol(bits, symbol)
            bits.put(length - base, extra)
            symbol, base, extra = [row for row in DISTANCES if row[1] <= at - start][-1]
            bits.code(symbol, 5)
            bits.put(at - start - base, extra)
        else:
            put_symbol(bits, data[at])
        for i in range(at, at + max(length, 1)):
            last[data[i:i + 3]] = i
        at += max(length, 1)
    put_symbol(bits, 256)
    return bits.done()


def gzip_member(data):
    return (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + deflate(data)
            + struct.pack("<II", zlib.crc32(data), len(data)))


def png():
    """A lantern, eight by eight, grey."""
    rows = ["...##...", "..####..", "..#..#..", ".#.##.#.", ".#.##.#.", "..#..#..", "..####..", ".######."]
    raw = b"".join(b"\x00" + bytes(0 if c == "#" else 255 for c in row) for row in rows)
    packed = b"\x78\x01" + deflate(raw) + struct.pack(">I", zlib.adler32(raw))

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", packed) + chunk(b"IEND", b""))


# --- WARC 1.1 (ISO 28500:2017) -------------------------------------------------

def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def chunked(data, size=1500):
    parts = [data[i:i + size] for i in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


class Warc:
    """Each record its own gzip member, dates seven seconds apart."""

    def __init__(self):
        self.out, self.rows = [], []
        self.clock = datetime.datetime(2025, 10, 1, 6, 0, 0)

    def add(self, kind, uri, block, headers=(), payload=None, note="", status=""):
        date = self.clock.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.clock += datetime.timedelta(seconds=7)
        ident = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {uri} {date}')}>"
        fields = [("WARC-Type", kind), ("WARC-Record-ID", ident), ("WARC-Date", date)]
        fields += [("WARC-Target-URI", uri)] if uri else []
        fields += [("WARC-Payload-Digest", sha1(payload))] if payload is not None else []
        fields += [("WARC-Block-Digest", sha1(block)), *headers, ("Content-Length", str(len(block)))]
        head = "WARC/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields) + "\r\n"
        self.out.append(gzip_member(head.encode() + block + b"\r\n\r\n"))
        self.rows.append([str(len(self.rows)), kind, uri, status, date, note])
        return date, ident

    def response(self, uri, payload, mime, status="200 OK", fields=(), note="", wire=None):
        """`wire`: the body as sent, when a transfer coding makes it differ from the payload.

        Such a record has no payload digest: readers disagree about whether the
        coding belongs to the payload, and the field is optional."""
        body = payload if wire is None else wire
        length = [] if wire is not None else [("Content-Length", str(len(body)))]
        lines = [("Server", "capstan/1.4"), ("Content-Type", mime), *fields, *length]
        head = f"HTTP/1.1 {status}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines) + "\r\n"
        kind = [("Content-Type", "application/http;msgtype=response")]
        digested = payload if wire is None else None
        return self.add("response", uri, head.encode() + body, kind, digested, note, status[:3])


def build_warc(stories, files):
    w = Warc()
    info = "software: make_samples.py\r\nformat: WARC File Format 1.1\r\n" \
           "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    w.add("warcinfo", "", info.encode(), [("WARC-Filename", "capture.warc.gz"),
                                          ("Content-Type", "application/warc-fields")], note="about this file")

    def page(slug):
        s = stories[slug]
        return s.url, files.get(s.file) or encode_page(s, Page(s, stories).text())

    utf8 = "text/html; charset=utf-8"
    url, data = page("flood-gates-plan")
    ask = f"GET {url.split('.example', 1)[1]} HTTP/1.1\r\nHost: www.aldernlantern.example\r\nAccept: text/html\r\n\r\n"
    w.add("request", url, ask.encode(), [("Content-Type", "application/http;msgtype=request")], note="skip")
    first_date, _ = w.response(url, data, utf8, note="only here")
    first_url, first_data = url, data
    url, data = page("bell-of-skerry-moves")
    w.response(url, data, utf8, fields=[("Transfer-Encoding", "chunked")], wire=chunked(data),
               note="only here; chunked")
    url, data = page("le-bateau-de-17-h-20")
    w.response(url, gzip_member(data), utf8, fields=[("Content-Encoding", "gzip")], note="only here; gzip")
    url, data = page("dockers-strike-ends")
    packed = gzip_member(data)
    w.response(url, packed, "text/html", fields=[("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")],
               wire=chunked(packed), note="as in pages/; gzip and chunked")
    for slug, mime in (("gannet-bridge-closed", utf8), ("library-longer-hours", "text/html; charset=windows-1252"),
                       ("npa-storm-power", "text/html"), ("garrow-coupable", utf8),
                       ("bus-pass-under-eighteens", "text/html"), ("ropewalk-a-tick-once-a-swing", utf8)):
        url, data = page(slug)
        w.response(url, data, mime, note="as in pages/")
    base = "https://www.aldernlantern.example"
    w.response(f"{base}/sport/lost-page.html", b"<html><title>Not found</title><h1>404</h1>"
               b"<p>This page has gone out with the tide.</p></html>\n", "text/html", "404 Not Found", note="skip")
    w.response(f"{base}/bridge", b"", "text/html", "301 Moved Permanently",
               [("Location", stories["gannet-bridge-closed"].url)], note="skip")
    w.response(f"{base}/img/lantern.png", png(), "image/png", note="skip; image")
    resource = stories["correction-ferry-choir"]
    w.add("resource", resource.url, files[resource.file], [("Content-Type", "text/html")],
          files[resource.file], note="as in pages/")
    w.add("revisit", first_url, b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
          [("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
           ("WARC-Refers-To-Target-URI", first_url), ("WARC-Refers-To-Date", first_date),
           ("Content-Type", "application/http;msgtype=response")], first_data, note="skip; revisit", status="200")
    head = "record\ttype\turi\tstatus\twarc_date\tnote\n"
    return b"".join(w.out), (head + "".join("\t".join(r) + "\n" for r in w.rows)).encode()


# --- feed, JSON lines, plain text, truth ---------------------------------------

def build_feed(stories):
    chosen = [s for s in stories.values() if s.meta.get("only") == "feed"]
    chosen += [stories[x] for x in ("herons-stay-up", "museum-of-the-tides-opens", "tide-mill-trial")]
    chosen.sort(key=lambda s: s.date, reverse=True)
    out = ['<?xml version="1.0" encoding="UTF-8"?>',
           '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
           'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">',
           "<channel>", "<title>The Aldern Lantern</title>", "<link>https://www.aldernlantern.example/</link>",
           '<atom:link href="https://www.aldernlantern.example/rss.xml" rel="self" type="application/rss+xml"/>',
           "<description>News from Port Aldern and the Venn coast</description>", "<language>en-gb</language>"]
    for s in chosen:
        day, month = DAYS[s.date.weekday()][:3], MONTHS[s.date.month - 1][:3]
        body = "\n".join(f"<p>{esc(plain(p))}</p>" for p in s.paragraphs())
        out += ["<item>", f"<title>{esc(s.title)}</title>", f"<link>{s.url}</link>",
                f'<guid isPermaLink="false">lantern-{s.number}</guid>',
                f"<pubDate>{day}, {s.date.day:02d} {month} {s.date.year} {s.date:%H:%M}:00 GMT</pubDate>"]
        out += [f"<dc:creator>{esc(a)}</dc:creator>" for a in s.authors]
        out += [f"<category>{esc(s.section)}</category>",
                f"<description>{esc(plain(s.paragraphs()[0]))}</description>",
                f"<content:encoded><![CDATA[{body}\n<p><a href=\"{s.url}\">Read this on our site</a></p>]]>"
                "</content:encoded>", "</item>"]
    return ("\n".join(out + ["</channel>", "</rss>"]) + "\n").encode()


def build_jsonl(stories):
    chosen = [s for s in stories.values() if s.meta.get("only") == "jsonl"]
    chosen += [stories["npa-storm-power"], stories["npa-dock-strike"]]
    rows = [{"id": f"npa-{s.number}", "url": s.url, "title": s.title,
             "text": "\n\n".join(plain(p) for p in s.paragraphs()), "published": iso(s.date),
             "author": ", ".join(s.authors), "section": s.section, "lang": s.lang}
            for s in sorted(chosen, key=lambda s: s.date)]
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode()


def build_plain(story, dated):
    """A page as it looks when selected, copied and pasted into an editor."""
    texts = [plain(p) for p in story.paragraphs()]
    credit = f"({story.credit})"
    lines = [story.title, f"{story.caption}  {credit}", f"{story.caption} {credit}"]
    if dated:
        lines.insert(1, f"By {' and '.join(story.authors)}")
        lines.insert(2, f"Published {story.date.day} {MONTHS[story.date.month - 1]} {story.date.year}")
    lines += texts[:2] + ["Advertisement"] + texts[2:] + ["Share this", "Search in Site"]
    return ("\n\n".join(lines) + "\n").encode()


def build_expected(pages):
    rows = ["path\theadline\tpublished\tauthors\tlanguage\tparagraphs\tkind\n"]
    for s in sorted(pages, key=lambda s: s.file):
        known = s.date and s.value("date") != "none"
        rows.append("\t".join([s.file, s.title, s.date.strftime("%Y-%m-%d") if known else "",
                               "; ".join(s.authors), s.lang, str(len(s.paragraphs())), s.kind]) + "\n")
    return "".join(rows).encode()


PECULIARITIES = [
    ("semantic `<main><article>` (2024)", lambda s: s.meta["template"] == "modern"),
    ("div soup, class names that say nothing (2023)", lambda s: s.meta["template"] == "soup"),
    ("layout by nested tables, upper-case tags", lambda s: s.meta["template"] == "table"),
    ("microdata (`itemprop`)", lambda s: s.meta["template"] == "micro"),
    ("hashed class names, state in a script (2025)", lambda s: s.meta["template"] == "cards"),
    ("French edition", lambda s: s.lang == "fr"),
    ("agency page (`div id=story`)", lambda s: s.meta["template"] == "wire"),
    ("blog", lambda s: s.meta["template"] == "blog"),
    ("JSON-LD", lambda s: s.has("jsonld")),
    ("OpenGraph", lambda s: s.has("og")),
    ("date in `<time datetime>`", lambda s: s.value("date") == "time"),
    ("date only as visible text (day first, dd/mm/yyyy in soup)", lambda s: s.value("date") == "visible"),
    ("date in `<meta>` only (and in JSON-LD, if any)", lambda s: s.value("date") == "meta"),
    ("date in JSON-LD only (modern: in the address too)", lambda s: s.value("date") == "jsonld"),
    ("date in the address only", lambda s: s.value("date") == "url"),
    ("no date", lambda s: s.value("date") == "none"),
    ("modified later", lambda s: s.modified),
    ("`hreflang` pair", lambda s: "translation" in s.meta),
    ("no-break spaces before `: ; ! ? »`", lambda s: s.has("nbsp")),
    ("no canonical link", lambda s: s.has("nocanonical") or s.meta["template"] == "table"),
    ("caption printed twice", lambda s: s.has("captiontwice")),
    ("comment thread", lambda s: s.has("comments")),
    ("read-also box inside the body", lambda s: any(b[0] == "also" for b in s.blocks)),
    ("newsletter box inside or after the body",
     lambda s: s.has("newsletter") or any(b[0] == "newsletter" for b in s.blocks)),
    ("table in the body", lambda s: any(b[0] == "row" for b in s.blocks)),
    ("list, subheadings or quotation block", lambda s: any(b[0] in ("li", "h2", "quote") for b in s.blocks)),
    ("several authors", lambda s: len(s.authors) > 1),
    ("no author", lambda s: not s.authors),
    ("wire copy", lambda s: s.meta.get("copy")),
    ("list of links", lambda s: s.kind == "list"),
    ("liveblog", lambda s: s.kind == "liveblog"),
    ("paywall stub", lambda s: s.kind == "stub"),
    ("part of two", lambda s: s.kind == "part"),
]
DAMAGE = {
    "unclosed": "paragraphs never closed", "misnested": "`<b><i></b></i>`",
    "straydiv": "stray end tags after the body", "straymid": "stray `</div>` inside the body",
    "dupid": "one id on many elements", "unquoted": "unquoted attributes",
    "noend": "no end tags for article, main, body, html", "tablemess": "wrong content or missing end tags in tables",
}
CHARSETS = {
    "windows-1252": "windows-1252, declared by meta", "iso-8859-15": "ISO-8859-15 with references for the rest",
    "utf-16": "UTF-16LE with mark", "utf8bom": "UTF-8 with mark",
    "entities": "ASCII; named, decimal and hexadecimal references",
}


def build_readme(pages):
    """README.md with its table made anew."""
    rows = ["| what | pages |", "|---|---|"]
    tests = list(PECULIARITIES)
    tests += [(f"broken: {text}", lambda s, k=k: s.value("broken") == k) for k, text in DAMAGE.items()]
    tests += [(f"encoding: {text}", lambda s, k=k: s.value("charset") == k) for k, text in CHARSETS.items()]
    for text, test in tests:
        slugs = sorted(s.slug for s in pages if test(s))
        shown = ", ".join(slugs[:6]) + (f" and {len(slugs) - 6} more" if len(slugs) > 6 else "")
        rows.append(f"| {text} | {len(slugs)}: {shown} |")
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    marked = re.sub(r"(<!-- table: made by make_samples.py -->\n).*(<!-- end of table -->)",
                    lambda m: m.group(1) + "\n".join(rows) + "\n" + m.group(2), readme, flags=re.S)
    return marked.encode()


def build_all():
    stories = load_stories()
    pages = [s for s in stories.values() if "only" not in s.meta]
    files = {s.file: encode_page(s, Page(s, stories).text()) for s in pages}
    if len(files) != len(pages):
        sys.exit("two stories have the same path; give one of them a path of its own")
    files["capture.warc.gz"], files["capture.tsv"] = build_warc(stories, files)
    files["feed.xml"] = build_feed(stories)
    files["wire.jsonl"] = build_jsonl(stories)
    files["plain/guildhall-clock-stops.txt"] = build_plain(stories["guildhall-clock-stops"], dated=False)
    files["plain/dockers-strike-ends.txt"] = build_plain(stories["dockers-strike-ends"], dated=True)
    files["expected.tsv"] = build_expected(pages)
    files["README.md"] = build_readme(pages)
    for name, data in files.items():
        if len(data) > FILE_BYTES_MAX:
            sys.exit(f"{name} has {len(data)} bytes; the most allowed is {FILE_BYTES_MAX}")
    if sum(map(len, files.values())) > TOTAL_BYTES_MAX:
        sys.exit(f"the samples have more than {TOTAL_BYTES_MAX} bytes; shorten some")
    return dict(sorted(files.items()))


def place(name):
    """Where a made file stands."""
    if name.endswith(".tsv"):
        return TRUTH / name
    return HERE / name if name == "README.md" else SAMPLES / name


def present(root):
    """Files on disk that this script answers for."""
    made = [p for folder in ("pages", "plain") for p in (root / folder).rglob("*") if p.is_file()]
    return {p.relative_to(root).as_posix() for p in made}


def main():
    parser = argparse.ArgumentParser(description="make the sample archive, or check that it is up to date")
    parser.add_argument("--check", action="store_true", help="compare with the files on disk, write nothing")
    args = parser.parse_args()
    files = build_all()
    stale = sorted(present(SAMPLES) - set(files))
    if args.check:
        bad = [n for n, d in files.items() if not place(n).is_file() or place(n).read_bytes() != d]
        for name in bad + stale:
            print(f"differs: {name}", file=sys.stderr)
        if bad or stale:
            sys.exit("samples are not what the stories say; run tools/samples/make_samples.py")
        print(f"{len(files)} sample files are up to date")
        return
    for name in stale:
        place(name).unlink()
    for name, data in files.items():
        place(name).parent.mkdir(parents=True, exist_ok=True)
        place(name).write_bytes(data)
    print(f"{len(files)} sample files, {sum(map(len, files.values()))} bytes")


if __name__ == "__main__":
    main()
