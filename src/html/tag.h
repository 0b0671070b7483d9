#ifndef LD_HTML_TAG_H
#define LD_HTML_TAG_H
/*
 * Element names as small numbers: every name that the parsing algorithm or the article extractor
 * asks for. A number stands for a name, not for a name in a namespace: <title> of HTML and of SVG
 * are both LD_TAG_TITLE, and ld_page_node.name_space tells them apart. Names are compared in lower
 * case ("foreignobject"); the node's text keeps the spelling of the tree ("foreignObject").
 *
 * After a change here run tools/gen_tags.py, which rebuilds the look-up table in tag_table.h.
 */
#include "base/span.h"

/* clang-format off */
#define LD_TAGS(X)                                                                                 \
    X(A, "a")                                                                                      \
    X(ABBR, "abbr")                                                                                \
    X(ACRONYM, "acronym")                                                                          \
    X(ADDRESS, "address")                                                                          \
    X(ANNOTATION_XML, "annotation-xml")                                                            \
    X(APPLET, "applet")                                                                            \
    X(AREA, "area")                                                                                \
    X(ARTICLE, "article")                                                                          \
    X(ASIDE, "aside")                                                                              \
    X(AUDIO, "audio")                                                                              \
    X(B, "b")                                                                                      \
    X(BASE, "base")                                                                                \
    X(BASEFONT, "basefont")                                                                        \
    X(BDI, "bdi")                                                                                  \
    X(BDO, "bdo")                                                                                  \
    X(BGSOUND, "bgsound")                                                                          \
    X(BIG, "big")                                                                                  \
    X(BLINK, "blink")                                                                              \
    X(BLOCKQUOTE, "blockquote")                                                                    \
    X(BODY, "body")                                                                                \
    X(BR, "br")                                                                                    \
    X(BUTTON, "button")                                                                            \
    X(CANVAS, "canvas")                                                                            \
    X(CAPTION, "caption")                                                                          \
    X(CENTER, "center")                                                                            \
    X(CITE, "cite")                                                                                \
    X(CODE, "code")                                                                                \
    X(COL, "col")                                                                                  \
    X(COLGROUP, "colgroup")                                                                        \
    X(DATA, "data")                                                                                \
    X(DATALIST, "datalist")                                                                        \
    X(DD, "dd")                                                                                    \
    X(DEL, "del")                                                                                  \
    X(DESC, "desc")                                                                                \
    X(DETAILS, "details")                                                                          \
    X(DFN, "dfn")                                                                                  \
    X(DIALOG, "dialog")                                                                            \
    X(DIR, "dir")                                                                                  \
    X(DIV, "div")                                                                                  \
    X(DL, "dl")                                                                                    \
    X(DT, "dt")                                                                                    \
    X(EM, "em")                                                                                    \
    X(EMBED, "embed")                                                                              \
    X(FIELDSET, "fieldset")                                                                        \
    X(FIGCAPTION, "figcaption")                                                                    \
    X(FIGURE, "figure")                                                                            \
    X(FONT, "font")                                                                                \
    X(FOOTER, "footer")                                                                            \
    X(FOREIGNOBJECT, "foreignobject")                                                              \
    X(FORM, "form")                                                                                \
    X(FRAME, "frame")                                                                              \
    X(FRAMESET, "frameset")                                                                        \
    X(H1, "h1")                                                                                    \
    X(H2, "h2")                                                                                    \
    X(H3, "h3")                                                                                    \
    X(H4, "h4")                                                                                    \
    X(H5, "h5")                                                                                    \
    X(H6, "h6")                                                                                    \
    X(HEAD, "head")                                                                                \
    X(HEADER, "header")                                                                            \
    X(HGROUP, "hgroup")                                                                            \
    X(HR, "hr")                                                                                    \
    X(HTML, "html")                                                                                \
    X(I, "i")                                                                                      \
    X(IFRAME, "iframe")                                                                            \
    X(IMAGE, "image")                                                                              \
    X(IMG, "img")                                                                                  \
    X(INPUT, "input")                                                                              \
    X(INS, "ins")                                                                                  \
    X(KBD, "kbd")                                                                                  \
    X(KEYGEN, "keygen")                                                                            \
    X(LABEL, "label")                                                                              \
    X(LEGEND, "legend")                                                                            \
    X(LI, "li")                                                                                    \
    X(LINK, "link")                                                                                \
    X(LISTING, "listing")                                                                          \
    X(MAIN, "main")                                                                                \
    X(MALIGNMARK, "malignmark")                                                                    \
    X(MAP, "map")                                                                                  \
    X(MARK, "mark")                                                                                \
    X(MARQUEE, "marquee")                                                                          \
    X(MATH, "math")                                                                                \
    X(MENU, "menu")                                                                                \
    X(META, "meta")                                                                                \
    X(METER, "meter")                                                                              \
    X(MGLYPH, "mglyph")                                                                            \
    X(MI, "mi")                                                                                    \
    X(MN, "mn")                                                                                    \
    X(MO, "mo")                                                                                    \
    X(MS, "ms")                                                                                    \
    X(MTEXT, "mtext")                                                                              \
    X(NAV, "nav")                                                                                  \
    X(NOBR, "nobr")                                                                                \
    X(NOEMBED, "noembed")                                                                          \
    X(NOFRAMES, "noframes")                                                                        \
    X(NOSCRIPT, "noscript")                                                                        \
    X(OBJECT, "object")                                                                            \
    X(OL, "ol")                                                                                    \
    X(OPTGROUP, "optgroup")                                                                        \
    X(OPTION, "option")                                                                            \
    X(OUTPUT, "output")                                                                            \
    X(P, "p")                                                                                      \
    X(PARAM, "param")                                                                              \
    X(PICTURE, "picture")                                                                          \
    X(PLAINTEXT, "plaintext")                                                                      \
    X(PRE, "pre")                                                                                  \
    X(PROGRESS, "progress")                                                                        \
    X(Q, "q")                                                                                      \
    X(RB, "rb")                                                                                    \
    X(RP, "rp")                                                                                    \
    X(RT, "rt")                                                                                    \
    X(RTC, "rtc")                                                                                  \
    X(RUBY, "ruby")                                                                                \
    X(S, "s")                                                                                      \
    X(SAMP, "samp")                                                                                \
    X(SCRIPT, "script")                                                                            \
    X(SEARCH, "search")                                                                            \
    X(SECTION, "section")                                                                          \
    X(SELECT, "select")                                                                            \
    X(SELECTEDCONTENT, "selectedcontent")                                                          \
    X(SLOT, "slot")                                                                                \
    X(SMALL, "small")                                                                              \
    X(SOURCE, "source")                                                                            \
    X(SPAN, "span")                                                                                \
    X(STRIKE, "strike")                                                                            \
    X(STRONG, "strong")                                                                            \
    X(STYLE, "style")                                                                              \
    X(SUB, "sub")                                                                                  \
    X(SUMMARY, "summary")                                                                          \
    X(SUP, "sup")                                                                                  \
    X(SVG, "svg")                                                                                  \
    X(TABLE, "table")                                                                              \
    X(TBODY, "tbody")                                                                              \
    X(TD, "td")                                                                                    \
    X(TEMPLATE, "template")                                                                        \
    X(TEXTAREA, "textarea")                                                                        \
    X(TFOOT, "tfoot")                                                                              \
    X(TH, "th")                                                                                    \
    X(THEAD, "thead")                                                                              \
    X(TIME, "time")                                                                                \
    X(TITLE, "title")                                                                              \
    X(TR, "tr")                                                                                    \
    X(TRACK, "track")                                                                              \
    X(TT, "tt")                                                                                    \
    X(U, "u")                                                                                      \
    X(UL, "ul")                                                                                    \
    X(VAR, "var")                                                                                  \
    X(VIDEO, "video")                                                                              \
    X(WBR, "wbr")                                                                                  \
    X(XMP, "xmp")
/* clang-format on */

typedef enum ld_tag {
    LD_TAG_UNKNOWN = 0, /* a name that is not listed; then compare ld_page_node.text */
#define LD_TAG_ENUM(id, name) LD_TAG_##id,
    LD_TAGS(LD_TAG_ENUM)
#undef LD_TAG_ENUM
        LD_TAG_COUNT
} ld_tag;

/* The tag of a name in lower case, LD_TAG_UNKNOWN when it is not listed. */
ld_tag ld_tag_find(ld_span lower_name);
/* The same for a name within a text that ends at `end`: bytes behind the name are read. */
ld_tag ld_tag_find_before(ld_span lower_name, const char *end);
/* "" for LD_TAG_UNKNOWN. */
ld_span ld_tag_name(ld_tag tag);

#endif
