#!/usr/bin/env python3
"""Makes PDF files of the forms of self-assessment, drawn with lines, and the truth of their cells, for tests/tables.rs.

    python3 make.py OUT

A truth is a line a cell: table, row, column, rows, columns, text, parted by tabs. Needs Chromium, weasyprint, reportlab, typst
and the Noto CJK fonts. Names and figures are invented.
"""
import html
import pathlib
import subprocess
import sys
import tempfile

FONT = "Noto Serif CJK SC"


def c(text, rows=1, columns=1):
    return (text, rows, columns)


PROJECT = [
    [c("项目名称"), c("老旧小区供水管网改造", 1, 6)],
    [c("主管部门"), c("云溪市清江区水务局", 1, 3), c("实施单位"), c("清江区供水管理站", 1, 2)],
    [c("项目资金\n（万元）", 4, 1), c(""), c("年初预算数"), c("全年预算数"), c("全年执行数"), c("分值"), c("执行率")],
    [c("年度资金总额"), c("120.00"), c("135.20"), c("128.44"), c("10"), c("95.00%")],
    [c("其中：当年财政拨款"), c("120.00"), c("135.20"), c("128.44"), c("—"), c("95.00%")],
    [c("其他资金"), c("0.00"), c("0.00"), c("0.00"), c("—"), c("")],
    [c("年度总体目标"), c("预期目标：完成管网改造12.5公里，惠及居民3,200户，漏损率降至9%以下。", 1, 3),
     c("实际完成情况：完成管网改造12.8公里，惠及居民3,316户，漏损率为8.7%。", 1, 3)],
    [c("一级指标"), c("二级指标"), c("三级指标"), c("年度指标值"), c("实际完成值"), c("分值"), c("得分")],
    [c("产出指标", 3, 1), c("数量指标", 2, 1), c("改造管网长度"), c("≥12公里"), c("12.8公里"), c("15"), c("15")],
    [c("惠及居民户数"), c("≥3200户"), c("3316户"), c("15"), c("15")],
    [c("质量指标"), c("工程验收合格率"), c("100%"), c("100%"), c("20"), c("20")],
    [c("效益指标"), c("社会效益"), c("供水保障能力明显提升，居民用水投诉量较上年下降"), c("≥20%"), c("23.6%"), c("30"), c("28")],
    [c("满意度指标"), c("服务对象满意度"), c("居民满意度"), c("≥90%"), c("91.2%"), c("10"), c("10")],
    [c("总分", 1, 5), c("100"), c("97.50")],
]
LONG = [[c("序号"), c("项目名称"), c("年初预算数"), c("全年执行数"), c("执行率"), c("备注")]] + [
    [c(str(i)), c(f"{name}{'一二三四五'[i % 5]}期"), c(f"{17.35 * i:.2f}"), c(f"{16.9 * i:.2f}"), c("97.41%"),
     c("" if i % 3 else "年中追加，手续齐全")]
    for i, name in ((i, ["河道清淤", "泵站维修", "水质监测", "节水宣传"][i % 4]) for i in range(1, 61))
]
TABLES = {"project": ("项目支出绩效自评表", PROJECT), "long": ("2023年度项目支出情况表", LONG)}


def placed(rows):
    """Cells with their places: (row, column, rows, columns, text)."""
    taken, out = set(), []
    for r, row in enumerate(rows):
        column = 0
        for text, down, across in row:
            while (r, column) in taken:
                column += 1
            out.append((r, column, down, across, text))
            taken |= {(r + i, column + j) for i in range(down) for j in range(across)}
    return out


def page(title, rows):
    css = f"""@page {{ size: A4; margin: 25mm 20mm; @bottom-center {{ content: counter(page); font-size: 9pt }} }}
    body {{ font-family: "{FONT}"; font-size: 10.5pt; margin: 0 }} h1 {{ font-size: 16pt; text-align: center }}
    table {{ border-collapse: collapse; width: 100% }} td {{ border: 0.75pt solid black; padding: 3pt 4pt; text-align: center }}
    thead {{ display: table-header-group }} tr {{ break-inside: avoid }} p {{ text-align: right; margin: 0 }}"""

    def line(row):
        cells = (f'<td rowspan="{d}" colspan="{a}">{html.escape(t).replace(chr(10), "<br>")}</td>' for t, d, a in row)
        return "<tr>" + "".join(cells) + "</tr>"
    head = line(rows[0])
    body = "".join(map(line, rows[1:]))
    return (f'<!doctype html><html lang="zh"><meta charset="utf-8"><style>{css}</style><h1>{title}</h1><p>单位：万元</p>'
            f"<table><thead>{head}</thead><tbody>{body}</tbody></table></html>")


def chromium(title, rows, out):
    with tempfile.TemporaryDirectory() as room:
        source = pathlib.Path(room) / "a.html"
        source.write_text(page(title, rows), encoding="utf-8")
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                        f"--user-data-dir={room}/p", f"--print-to-pdf={out}", source.as_uri()],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def weasyprint(title, rows, out):
    import weasyprint as w
    w.HTML(string=page(title, rows)).write_pdf(out)


def reportlab(title, rows, out):
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("c", fontName="STSong-Light", fontSize=10, leading=14, wordWrap="CJK")
    cells = placed(rows)
    height, width = max(r + d for r, _, d, _, _ in cells), max(k + a for _, k, _, a, _ in cells)
    data = [[""] * width for _ in range(height)]
    spans = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    for r, k, d, a, text in cells:
        data[r][k] = Paragraph(html.escape(text).replace("\n", "<br/>"), style)
        if d > 1 or a > 1:
            spans.append(("SPAN", (k, r), (k + a - 1, r + d - 1)))
    table = Table(data, colWidths=[455 / width] * width, style=spans, repeatRows=1)
    unit = ParagraphStyle("u", parent=style, alignment=2)
    head = ParagraphStyle("t", parent=style, fontSize=16, leading=24, alignment=1)
    SimpleDocTemplate(str(out), pagesize=(595, 842), leftMargin=70, rightMargin=70, topMargin=70, bottomMargin=70,
                      invariant=1).build([Paragraph(title, head), Paragraph("单位：万元", unit), table])


def typst(title, rows, out):
    import typst as t
    quoted = lambda s: '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'
    cells = placed(rows)
    width = max(k + a for _, k, _, a, _ in cells)

    def cell(r, k, d, a, text):
        body = " #linebreak() ".join(f"#text({quoted(p)})" for p in text.split("\n"))
        return f"table.cell(rowspan: {d}, colspan: {a})[{body}]"
    head = ", ".join(cell(*x) for x in cells if x[0] == 0)
    body = ", ".join(cell(*x) for x in cells if x[0] > 0)
    source = f"""#set page(paper: "a4", margin: 22mm, numbering: "— 1 —")
#set text(font: "{FONT}", size: 10.5pt, lang: "zh", region: "cn")
#align(center)[#text(size: 16pt)[{title}]]
#align(right)[单位：万元]
#table(columns: ({"1fr," * width}), stroke: 0.6pt, align: center + horizon, table.header({head}), {body})
"""
    with tempfile.TemporaryDirectory() as room:
        path = pathlib.Path(room) / "a.typ"
        path.write_text(source, encoding="utf-8")
        t.compile(str(path), output=str(out))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, rows) in TABLES.items():
        truth = "".join(f"{r}\t{k}\t{d}\t{a}\t{''.join(text.split())}\n" for r, k, d, a, text in placed(rows))
        (folder / f"{name}.tsv").write_text(truth, encoding="utf-8")
        for producer in (chromium, weasyprint, reportlab, typst):
            out = folder / f"{name}.{producer.__name__}.pdf"
            producer(title, rows, out)
            print(out.name, out.stat().st_size)
