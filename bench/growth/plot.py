"""The plot of bench/growth: time by number of documents, both axes logarithmic, as SVG."""

import math

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 46, 50
LINES = [("open_us", "open", "#1b6ca8"), ("cold_open_us", "open, cold", "#7fb3d5"),
         ("first_query_us", "first query, cold", "#b03a2e"),
         ("warm_query_us", "warm query", "#e59866"), ("add_1_us", "add 1, commit", "#1e8449"),
         ("add_1000_us", "add 1000, commit", "#82c99d"), ("merge_us", "merge to one", "#6c3483")]
LABEL_GAP = 15


def microseconds(value):
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g} µs"


def scale(low, high, start, end):
    low, high = math.log10(low), math.log10(high)
    return lambda value: start + (math.log10(value) - low) / ((high - low) or 1) * (end - start)


def spread(labels):
    """Moves labels [(y, ...)] apart where they would stand on each other."""
    placed = []
    for label in sorted(labels):
        y = max(label[0], placed[-1][0] + LABEL_GAP) if placed else label[0]
        placed.append((y, *label[1:]))
    return placed


def grid(rows, x, y, low, high):
    parts = []
    for power in range(low, high + 1):
        at = y(10.0 ** power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" '
                     f'class="grid"/><text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">'
                     f'{microseconds(10.0 ** power)}</text>')
    for row in rows:
        at = x(row["docs"])
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" '
                     f'class="grid"/><text x="{at:.1f}" y="{HEIGHT - BOTTOM + 20}" '
                     f'text-anchor="middle">{row["docs"]:,}</text>')
    return parts


def draw(rows):
    values = [row[name] for row in rows for name, _, _ in LINES]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    docs = [row["docs"] for row in rows]
    x = scale(min(docs), max(docs), LEFT + 20, WIDTH - RIGHT - 10)
    y = scale(10.0 ** low, 10.0 ** high, HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
             'aria-label="Cost by number of documents">',
             '<style>text{font:12px sans-serif;fill:#333}.grid{stroke:#ddd}'
             'polyline{fill:none;stroke-width:2}</style>',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
             f'<text x="{LEFT}" y="24" style="font-size:15px">What a step costs, by documents in '
             'the archive (one segment)</text>', *grid(rows, x, y, low, high)]
    labels = []
    for name, label, colour in LINES:
        points = [(x(row["docs"]), y(row[name])) for row in rows]
        parts.append(f'<polyline stroke="{colour}" points="'
                     + " ".join(f"{a:.1f},{b:.1f}" for a, b in points) + '"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        labels.append((points[-1][1] + 4, points[-1][0] + 8, label, colour))
    parts += [f'<text x="{at:.1f}" y="{up:.1f}" style="fill:{colour}">{label}</text>'
              for up, at, label, colour in spread(labels)]
    return "\n".join(parts) + "\n</svg>\n"
