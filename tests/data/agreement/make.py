#!/usr/bin/env python3
"""Makes PDF files of the texts in samples/, as real programs set them, for tests/agreement.rs.

    python3 make.py OUT [CASE…]

Each non-blank line of a report is a paragraph. Needs LibreOffice, Chromium and the packages reportlab, fpdf2, weasyprint,
typst and fonttools, and the Noto CJK fonts. Equal texts give equal pages; bytes differ by the dates that programs write.
"""
import html
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent.parent / "samples"
# Which case by which producers: small files of all, browsers' large ones of a few. Texts that were broken into lines by hand are
# left out: there a line is no paragraph.
CASES = {
    "founding": "libreoffice weasyprint reportlab fpdf2 typst",
    "gd-a-veterans": "libreoffice reportlab typst",
    "hb-b-street": "libreoffice reportlab typst",
    "hn-a-archive": "libreoffice reportlab typst",
    "hn-d-three-reports": "libreoffice reportlab fpdf2 typst",
    "jx-a-disabled": "libreoffice chromium reportlab fpdf2 typst",
    "sc-b-culture": "libreoffice reportlab typst",
    "tp-a-heating": "libreoffice reportlab typst",
    "yn-a-water": "libreoffice weasyprint reportlab typst",
    "yn-b-school": "libreoffice chromium reportlab fpdf2 typst",
    "yn-d-redcross": "libreoffice reportlab typst",
    "f3-base-data": "reportlab typst",
    "gs-b-rectify": "libreoffice reportlab",
    "notice-city": "reportlab typst",
    "sc-a-market": "reportlab",
    "yn-c-city": "libreoffice reportlab typst",
}
FONT = "Noto Serif CJK SC"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"


def lines(case):
    text = (SAMPLES / case / "report.txt").read_text(encoding="utf-8-sig")
    return [l for l in (l.strip(" \t\u3000\r") for l in re.split(r"[\n\f\v]", text)) if l]


def kind(n, line):
    """How an office would set a line: title, heading, text."""
    if n < 2 and len(line) < 40 and not re.search("[，。：:]", line):
        return "title"
    if re.match("[一二三四五六七八九十]+、", line) and len(line) < 30:
        return "h1"
    if re.match("[（(][一二三四五六七八九十]+[)）]", line) and len(line) < 30:
        return "h2"
    return "p"


def page(case, head, indent, spaced):
    css = f"""
    @page {{ size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center {{ content: "- " counter(page) " -"; font-size: 10.5pt }}
      {'@top-center { content: "' + head + '"; font-size: 9pt }' if head else ''} }}
    body {{ font-family: "{FONT}", serif; font-size: 16pt; line-height: 28pt; margin: 0 }}
    p {{ margin: 0 0 {'12pt' if spaced else '0'} 0; text-indent: {'2em' if indent else '0'}; text-align: justify;
      white-space: pre-wrap; overflow-wrap: anywhere }}
    p.title {{ font-size: 22pt; line-height: 34pt; text-align: center; text-indent: 0 }}
    p.h1, p.h2 {{ font-weight: bold }}"""
    body = "".join(f'<p class="{kind(n, l)}">{html.escape(l)}</p>' for n, l in enumerate(lines(case)))
    return f'<!doctype html><html lang="zh"><meta charset="utf-8"><style>{css}</style><body>{body}</body></html>'


def chromium(case, out):
    with tempfile.TemporaryDirectory() as room:
        source = pathlib.Path(room) / "a.html"
        source.write_text(page(case, None, True, False), encoding="utf-8")
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                        f"--user-data-dir={room}/p", f"--print-to-pdf={out}", source.as_uri()],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def weasyprint(case, out):
    import weasyprint as w
    w.HTML(string=page(case, lines(case)[0][:30], False, True)).write_pdf(out)


def libreoffice(case, out):
    def style(name, extra, text):
        return (f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="Standard">'
                f'<style:paragraph-properties {extra}/><style:text-properties {text}/></style:style>')
    fonts = f'style:font-name="{FONT}" style:font-name-asian="{FONT}"'
    size = lambda s: f'fo:font-size="{s}pt" style:font-size-asian="{s}pt" {fonts}'
    bold = 'fo:font-weight="bold" style:font-weight-asian="bold"'
    # Marks that hang over the margin are lost in what LibreOffice 7 prints.
    pitch = 'style:punctuation-wrap="simple" fo:line-height="28pt" fo:text-align="justify" fo:orphans="2" fo:widows="2"'
    body = ""
    for n, line in enumerate(lines(case)):
        text = html.escape(line).replace("\t", "<text:tab/>")
        text = re.sub("  +", lambda m: f' <text:s text:c="{len(m[0]) - 1}"/>', text)
        body += f'<text:p text:style-name="{kind(n, line)}">{text}</text:p>'
    names = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in [
        ("office", "office"), ("style", "style"), ("text", "text"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")])
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {names} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="{FONT}" svg:font-family="'{FONT}'"/></office:font-face-decls>
<office:styles>{style("Standard", "", size(16) + ' fo:language="zh" fo:country="CN" style:language-asian="zh" style:country-asian="CN"')}</office:styles>
<office:automatic-styles>
{style("title", 'fo:line-height="34pt" fo:text-align="center"', size(22))}
{style("h1", pitch + ' fo:text-indent="32pt"', size(16) + " " + bold)}
{style("h2", pitch + ' fo:text-indent="32pt"', size(16) + " " + bold)}
{style("p", pitch + ' fo:text-indent="32pt"', size(16))}
{style("foot", 'fo:text-align="center"', size(10.5))}
<style:page-layout style:name="a4"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm"
 fo:margin-top="37mm" fo:margin-bottom="20mm" fo:margin-left="28mm" fo:margin-right="26mm"/>
<style:footer-style><style:header-footer-properties fo:min-height="10mm" fo:margin-top="5mm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="a4">
<style:footer><text:p text:style-name="foot">— <text:page-number/> —</text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""
    with tempfile.TemporaryDirectory() as room:
        source = pathlib.Path(room) / f"{out.stem}.fodt"
        source.write_text(document, encoding="utf-8")
        subprocess.run(["soffice", f"-env:UserInstallation=file://{room}/p", "--headless", "--convert-to", "pdf",
                        "--outdir", str(out.parent), str(source)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def reportlab(case, out):
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    common = dict(fontName="STSong-Light", wordWrap="CJK")
    text = ParagraphStyle("p", fontSize=15, leading=26, firstLineIndent=30, alignment=TA_JUSTIFY, **common)
    title = ParagraphStyle("t", fontSize=20, leading=32, alignment=TA_CENTER, **common)
    story = []
    for n, line in enumerate(lines(case)):
        story.append(Paragraph(html.escape(line), title if kind(n, line) == "title" else text))

    def number(canvas, document):
        canvas.setFont("STSong-Light", 10)
        canvas.drawCentredString(297, 40, str(document.page))
    SimpleDocTemplate(str(out), pagesize=(595, 842), leftMargin=80, rightMargin=74, topMargin=100, bottomMargin=90,
                      invariant=1).build(story, onFirstPage=number, onLaterPages=number)


def fpdf2(case, out):
    from fontTools.ttLib import TTCollection
    from fpdf import FPDF
    font = pathlib.Path(tempfile.gettempdir()) / "agreement-serif.otf"
    if not font.exists():
        TTCollection(SERIF).fonts[2].save(font)
    pdf = FPDF(format="A4", unit="pt")
    pdf.set_margins(80, 90, 74)
    pdf.set_auto_page_break(True, 90)
    pdf.add_font("serif", "", str(font))
    pdf.add_page()
    for n, line in enumerate(lines(case)):
        title = kind(n, line) == "title"
        pdf.set_font("serif", size=20 if title else 14)
        pdf.multi_cell(0, 32 if title else 24, line if title else "\u3000\u3000" + line, align="C" if title else "L",
                       wrapmode="CHAR", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(out))


def typst(case, out):
    import typst as t
    def shown(n, line):
        text = "#text(" + repr_typst(line) + ")"
        return {"title": f"#align(center)[#par(first-line-indent: 0pt)[#text(size: 22pt)[{text}]]]",
                "h1": f"#strong[{text}]", "h2": f"#strong[{text}]", "p": text}[kind(n, line)]
    def repr_typst(line):
        return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
    head = lines(case)[0][:30]
    source = f"""#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "1",
  header: align(center)[#text(size: 9pt, {repr_typst(head)})])
#set text(font: "{FONT}", size: 16pt, lang: "zh", region: "cn")
#set par(first-line-indent: (amount: 2em, all: true), justify: true, leading: 12pt, spacing: 12pt)
""" + "\n\n".join(shown(n, l) for n, l in enumerate(lines(case))) + "\n"
    with tempfile.TemporaryDirectory() as room:
        path = pathlib.Path(room) / "a.typ"
        path.write_text(source, encoding="utf-8")
        t.compile(str(path), output=str(out))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for case, producers in CASES.items():
        if len(sys.argv) > 2 and case not in sys.argv[2:]:
            continue
        for producer in producers.split():
            out = folder.resolve() / f"{case}.{producer}.pdf"
            try:
                globals()[producer](case, out)
            except Exception as error:  # one producer that is not installed costs its files
                print(f"{out.name}: {error!r}", file=sys.stderr)
            else:
                print(out.name, out.stat().st_size if out.exists() else "missing")
