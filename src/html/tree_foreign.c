/*
 * SVG and MathML inside HTML (13.2.6.5). Tags keep their own name space until one of HTML's own
 * breaks out; some names and attributes get their capitals back ("foreignObject", "viewBox").
 */
#include "html/tree.h"

/* clang-format off */
#define S(x) {x, sizeof(x) - 1}
/* Sorted by their form in lower case. */
static const ld_span svg_names[] = {
    S("altGlyph"), S("altGlyphDef"), S("altGlyphItem"), S("animateColor"), S("animateMotion"),
    S("animateTransform"), S("clipPath"), S("feBlend"), S("feColorMatrix"),
    S("feComponentTransfer"), S("feComposite"), S("feConvolveMatrix"), S("feDiffuseLighting"),
    S("feDisplacementMap"), S("feDistantLight"), S("feDropShadow"), S("feFlood"), S("feFuncA"),
    S("feFuncB"), S("feFuncG"), S("feFuncR"), S("feGaussianBlur"), S("feImage"), S("feMerge"),
    S("feMergeNode"), S("feMorphology"), S("feOffset"), S("fePointLight"),
    S("feSpecularLighting"), S("feSpotLight"), S("feTile"), S("feTurbulence"), S("foreignObject"),
    S("glyphRef"), S("linearGradient"), S("radialGradient"), S("textPath"),
};
static const ld_span svg_attributes[] = {
    S("attributeName"), S("attributeType"), S("baseFrequency"), S("baseProfile"), S("calcMode"),
    S("clipPathUnits"), S("diffuseConstant"), S("edgeMode"), S("filterUnits"), S("glyphRef"),
    S("gradientTransform"), S("gradientUnits"), S("kernelMatrix"), S("kernelUnitLength"),
    S("keyPoints"), S("keySplines"), S("keyTimes"), S("lengthAdjust"), S("limitingConeAngle"),
    S("markerHeight"), S("markerUnits"), S("markerWidth"), S("maskContentUnits"), S("maskUnits"),
    S("numOctaves"), S("pathLength"), S("patternContentUnits"), S("patternTransform"),
    S("patternUnits"), S("pointsAtX"), S("pointsAtY"), S("pointsAtZ"), S("preserveAlpha"),
    S("preserveAspectRatio"), S("primitiveUnits"), S("refX"), S("refY"), S("repeatCount"),
    S("repeatDur"), S("requiredExtensions"), S("requiredFeatures"), S("specularConstant"),
    S("specularExponent"), S("spreadMethod"), S("startOffset"), S("stdDeviation"),
    S("stitchTiles"), S("surfaceScale"), S("systemLanguage"), S("tableValues"), S("targetX"),
    S("targetY"), S("textLength"), S("viewBox"), S("viewTarget"), S("xChannelSelector"),
    S("yChannelSelector"), S("zoomAndPan"),
};
#undef S
/* clang-format on */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* name is in lower case; the row may have capitals. */
static int compare(ld_span name, ld_span row)
{
    for (size_t i = 0; i < name.bytes && i < row.bytes; i++) {
        char c = lower(row.data[i]);
        if (name.data[i] != c)
            return (unsigned char)name.data[i] < (unsigned char)c ? -1 : 1;
    }
    return (name.bytes > row.bytes) - (name.bytes < row.bytes);
}

/* The row that is the name but for its capitals, or the name itself. */
static ld_span with_capitals(ld_span name, const ld_span *rows, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(name, rows[middle]);
        if (order == 0)
            return rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return name;
}

ld_span ld_foreign_svg_name(ld_span lower_name)
{
    return with_capitals(lower_name, svg_names, sizeof svg_names / sizeof *svg_names);
}

void ld_foreign_adjust(ld_page_attribute *attributes, uint32_t count, ld_namespace name_space)
{
    for (uint32_t i = 0; i < count; i++) {
        ld_span *name = &attributes[i].name;
        if (name_space == LD_NS_SVG)
            *name = with_capitals(*name, svg_attributes,
                                  sizeof svg_attributes / sizeof *svg_attributes);
        else if (ld_span_equal(*name, LD_SPAN("definitionurl")))
            *name = LD_SPAN("definitionURL");
    }
}

/* Start tags of HTML that foreign content cannot hold. */
static bool breaks_out(const ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_B:
    case LD_TAG_BIG:
    case LD_TAG_BLOCKQUOTE:
    case LD_TAG_BODY:
    case LD_TAG_BR:
    case LD_TAG_CENTER:
    case LD_TAG_CODE:
    case LD_TAG_DD:
    case LD_TAG_DIV:
    case LD_TAG_DL:
    case LD_TAG_DT:
    case LD_TAG_EM:
    case LD_TAG_EMBED:
    case LD_TAG_H1:
    case LD_TAG_H2:
    case LD_TAG_H3:
    case LD_TAG_H4:
    case LD_TAG_H5:
    case LD_TAG_H6:
    case LD_TAG_HEAD:
    case LD_TAG_HR:
    case LD_TAG_I:
    case LD_TAG_IMG:
    case LD_TAG_LI:
    case LD_TAG_LISTING:
    case LD_TAG_MENU:
    case LD_TAG_META:
    case LD_TAG_NOBR:
    case LD_TAG_OL:
    case LD_TAG_P:
    case LD_TAG_PRE:
    case LD_TAG_RUBY:
    case LD_TAG_S:
    case LD_TAG_SMALL:
    case LD_TAG_SPAN:
    case LD_TAG_STRONG:
    case LD_TAG_STRIKE:
    case LD_TAG_SUB:
    case LD_TAG_SUP:
    case LD_TAG_TABLE:
    case LD_TAG_TT:
    case LD_TAG_U:
    case LD_TAG_UL:
    case LD_TAG_VAR:
        return true;
    case LD_TAG_FONT:
        return ld_tree_token_attribute(t, LD_SPAN("color")).data ||
               ld_tree_token_attribute(t, LD_SPAN("face")).data ||
               ld_tree_token_attribute(t, LD_SPAN("size")).data;
    default:
        return false;
    }
}

/* Closes the foreign elements and takes the token by the rules of HTML. */
static bool break_out(ld_tree *t)
{
    for (const ld_open *open = ld_tree_current(t);
         t->depth > 1 && open->name_space != LD_NS_HTML &&
         !(open->flags & (LD_OPEN_HTML_POINT | LD_OPEN_MATH_POINT));
         open = ld_tree_current(t))
        ld_tree_pop(t);
    return ld_tree_dispatch(t, (ld_mode)t->mode);
}

static void start_tag(ld_tree *t)
{
    bool is_context = t->is_fragment && t->depth == 1;
    ld_namespace name_space =
        (ld_namespace)(is_context ? &t->context : ld_tree_current(t))->name_space;
    if (name_space == LD_NS_SVG)
        t->token.name = ld_foreign_svg_name(t->token.name);
    ld_tree_push_foreign(t, name_space, !t->token.is_self_closing);
}

static bool names_token(const ld_tree *t, const ld_open *open)
{
    if (open->tag != t->token.tag)
        return false;
    return open->tag != LD_TAG_UNKNOWN ||
           ld_span_equal_nocase(t->page->nodes[open->node].text, t->token.name);
}

static bool end_tag(ld_tree *t)
{
    for (uint32_t i = t->depth; i-- > 1;) {
        const ld_open *open = &t->stack[i];
        if (open->name_space == LD_NS_HTML)
            return ld_tree_dispatch(t, (ld_mode)t->mode);
        if (names_token(t, open)) {
            ld_tree_pop_to(t, i);
            return false;
        }
    }
    return false;
}

bool ld_tree_foreign(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        if (t->token.is_nul) {
            for (size_t i = 0; i < t->token.text.bytes; i++)
                ld_tree_insert_text(t, LD_SPAN("\xef\xbf\xbd"), true);
            return false;
        }
        ld_tree_insert_text(t, t->token.text, t->token.is_stable);
        if (t->is_frameset_ok && !ld_tree_is_space(t->token.text))
            t->is_frameset_ok = false;
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_START_TAG:
        if (breaks_out(t))
            return break_out(t);
        start_tag(t);
        return false;
    case LD_HTML_END_TAG:
        if (t->token.tag == LD_TAG_BR || t->token.tag == LD_TAG_P)
            return break_out(t);
        return end_tag(t);
    default:
        return false;
    }
}
