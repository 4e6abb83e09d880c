#!/usr/bin/env python3
"""Makes PDF files of reports as offices lay them out, and what they say as text, for tests/layout.rs.

    python3 make.py OUT

Covers, running heads, page numbers of several kinds, tables with and without lines, merged and broken cells, two columns, a page on
its side. Needs LibreOffice, Chromium and the packages python-docx, weasyprint,
reportlab, typst, fpdf2 and the Noto CJK fonts. Names and figures are invented. What is furniture is not in the text.
"""
import html
import pathlib
import subprocess
import sys
import tempfile

SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"

FLOOD = dict(
    title=["平湖县防汛抗旱服务中心", "2023年度部门整体支出绩效自评报告"],
    cover=["单位名称（盖章）：平湖县防汛抗旱服务中心", "填报日期：2024年3月26日"],
    body=[
        ("h1", "一、部门基本情况"),
        ("h2", "（一）部门职能和机构设置"),
        ("p", "平湖县防汛抗旱服务中心是县水利局下属公益一类事业单位，主要负责全县水雨情监测、防汛物资储备和抢险队伍组织，"
              "承担县防汛抗旱指挥部办公室的日常工作。内设综合科、监测预警科、物资保障科三个科室。"),
        ("p", "核定事业编制26名，年末实有在编人员24人，退休人员9人。"),
        ("h2", "（二）年度绩效目标"),
        ("p", "1.全年维护水文监测站点58处，设备完好率不低于98%。"),
        ("p", "2.储备防汛物资价值不少于320万元，山洪灾害预警信息发布及时率达到100%。"),
        ("h1", "二、部门整体支出管理及使用情况"),
        ("h2", "（一）预算执行情况"),
        ("p", "2023年年初预算数为486.35万元，年中追加62.40万元，调整后预算数为548.75万元。全年支出合计531.28万元，"
              "预算执行率为96.82%，年末结转17.47万元。"),
        ("p", "基本支出312.66万元，其中：人员经费281.94万元，公用经费30.72万元。项目支出218.62万元，具体见下表。"),
        ("cap", "表1 2023年度项目支出情况表"),
        ("unit", "单位：万元"),
        ("table", [["项目名称", "年初预算数", "调整后预算数", "全年支出数", "执行率"],
                   ["防汛物资购置", "96.00", "128.40", "121.55", "94.67%"],
                   ["水文监测站点运行维护", "52.50", "52.50", "52.37", "99.75%"],
                   ["山洪灾害预警系统升级改造", "31.20", "61.20", "44.70", "73.04%"],
                   ["合计", "179.70", "242.10", "218.62", "90.30%"]]),
        ("h2", "（二）“三公”经费情况"),
        ("p", "“三公”经费全年支出5.86万元，其中公务用车运行维护费4.92万元，公务接待费0.94万元，未发生因公出国（境）费用。"
              "比上年减少0.48万元，下降7.57%。"),
        ("h1", "三、部门整体支出绩效情况"),
        ("p", "（一）产出情况。全年维护监测站点58处，巡检1,392次；发布预警信息236条，覆盖责任人4,615人次；"
              "开展应急演练12场，参演人员1,080人次。"),
        ("p", "（二）效益情况。汛期提前转移群众3,274人，未发生人员伤亡，减少经济损失约1,850万元。"),
        ("p", "（三）满意度情况。发放问卷400份，收回387份，群众满意度为95.6%。"),
        ("h1", "四、存在的问题及原因分析"),
        ("p", "一是预警系统升级改造项目受设备到货影响，执行率偏低；二是物资管理台账不够细化，账实核对周期较长。"),
        ("h1", "五、下一步改进措施"),
        ("p", "加强项目前期准备，按季度通报支付进度；建立物资电子台账，每半年开展一次账实核对。"),
        ("sign", "平湖县防汛抗旱服务中心"),
        ("sign", "2024年3月26日"),
    ])

SCHOOL = dict(
    title=["青石镇中心小学2022年度", "义务教育薄弱环节改善项目支出绩效自评报告"],
    cover=[],
    body=[
        ("h1", "一、项目概况"),
        ("p", "根据县教育局《关于下达2022年义务教育薄弱环节改善与能力提升补助资金的通知》（青教财〔2022〕17号），我校实施教学楼屋面维修、"
              "运动场改造和图书设备购置三个子项目，预算总投资186.00万元，其中中央资金120.00万元，县级配套66.00万元。"),
        ("h1", "二、项目资金情况"),
        ("p", "截至2022年12月31日，项目资金到位186.00万元，到位率100%；实际支出178.43万元，预算执行率95.93%，结余7.57万元由财政收回。"),
        ("p", "屋面维修支出62.18万元，运动场改造支出88.65万元，图书设备购置支出27.60万元。"),
        ("h1", "三、项目绩效目标完成情况"),
        ("table", [["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
                   ["产出指标", "数量指标", "维修屋面面积", "≥2,400平方米", "2,436平方米", "15", "15"],
                   ["产出指标", "数量指标", "改造运动场面积", "≥3,600平方米", "3,600平方米", "15", "15"],
                   ["产出指标", "质量指标", "工程验收合格率", "100%", "100%", "10", "10"],
                   ["产出指标", "时效指标", "项目完成时间", "2022年8月底前", "2022年10月", "10", "7"],
                   ["效益指标", "社会效益", "受益学生人数", "≥1,150人", "1,186人", "30", "30"],
                   ["满意度指标", "服务对象满意度", "师生及家长满意度", "≥95%", "96.4%", "10", "10"]]),
        ("p", "项目自评得分96.59分，等级为优。"),
        ("h1", "四、偏离绩效目标的原因和改进措施"),
        ("p", "运动场改造因连续降雨停工37天，比计划晚两个月完工。今后编制计划时预留不利天气工期，并在招标文件中明确逾期责任。"),
        ("h1", "五、其他需要说明的问题"),
        ("p", "无。"),
    ])

CLINIC = dict(
    title=["南溪乡卫生院2023年部门预算支出绩效自评报告"],
    cover=[],
    body=[
        ("p", "县财政局、县卫生健康局："),
        ("p", "按照《关于开展2023年度预算绩效自评工作的通知》要求，我院对2023年预算支出进行了自评，现将有关情况报告如下。"),
        ("h1", "一、单位基本情况"),
        ("p", "我院编制床位40张，实有床位46张；编制人数38人，在职职工35人，其中卫生技术人员29人。承担全乡21,460名居民的基本医疗和公共卫生服务。"),
        ("h1", "二、收支情况"),
        ("p", "2023年总收入1,264.50万元，其中财政拨款收入528.90万元，医疗收入698.35万元，其他收入37.25万元。"),
        ("p", "2023年总支出1,239.84万元。其中人员经费716.22万元，占57.77%；商品和服务支出463.18万元，占37.36%；资本性支出60.44万元，占4.87%。"),
        ("h1", "三、主要绩效"),
        ("h2", "（一）基本医疗"),
        ("p", "全年门急诊31,842人次，比上年增长6.3%；出院1,127人次，病床使用率64.8%；平均住院费用2,386元，下降3.1%。"),
        ("h2", "（二）公共卫生"),
        ("p", "居民健康档案建档率93.5%，高血压规范管理1,764人，规范管理率78.2%；65岁以上老年人健康体检2,518人，体检率81.4%；"
              "适龄儿童国家免疫规划疫苗接种率99.1%。公共卫生服务经费到位193.14万元，支出193.14万元，执行率100%。"),
        ("h2", "（三）满意度"),
        ("p", "住院患者满意度94.7%，门诊患者满意度93.2%，职工满意度90.5%。"),
        ("h1", "四、存在问题"),
        ("p", "一是专业技术人员不足，全科医生缺口4人；二是部分设备老化，DR机使用已超过10年；三是预算编制与业务量衔接不够。"),
        ("h1", "五、改进措施"),
        ("p", "申报2024年定向招聘计划4名；争取设备更新资金85万元；按前三年业务量滚动测算收支预算。"),
        ("sign", "南溪乡卫生院"),
        ("sign", "2024年2月28日"),
    ])

CASES = {"flood": FLOOD, "school": SCHOOL, "clinic": CLINIC}


def text(report, merged=False):
    out = list(report["title"]) + report["cover"]
    for kind, what in report["body"]:
        if kind != "table":
            out.append(what)
        elif merged:
            out += ["\t".join([""] * (len(what[0]) - len(row)) + [cell for cell, _ in row]) for row in spans(what)]
        else:
            out += ["\t".join(row) for row in what]
    return "\n".join(out) + "\n"


def spans(rows):
    """For each row its cells with how many rows they cover: equal first cells below each other are merged."""
    out = []
    for r, row in enumerate(rows):
        line = []
        for c, cell in enumerate(row):
            merged = c < 2 and r > 0 and len(row) > 6
            if merged and r > 1 and rows[r - 1][:c + 1] == row[:c + 1]:
                continue
            down = 1
            while merged and r + down < len(rows) and rows[r + down][:c + 1] == row[:c + 1]:
                down += 1
            line.append((cell, down))
        out.append(line)
    return out


def page(report, css, merge=False):
    esc = html.escape
    out = [f'<h1 class="t">{"<br>".join(map(esc, report["title"]))}</h1>']
    out += [f'<p class="cover">{esc(line)}</p>' for line in report["cover"]]
    if report["cover"]:
        out.append('<div class="break"></div>')
    for kind, what in report["body"]:
        if kind == "table":
            rows = spans(what) if merge else [[(cell, 1) for cell in row] for row in what]
            cells = lambda row, tag: "".join(f'<{tag} rowspan="{d}">{esc(cell)}</{tag}>' for cell, d in row)
            out.append(f'<table><thead><tr>{cells(rows[0], "th")}</tr></thead><tbody>'
                       + "".join(f'<tr>{cells(row, "td")}</tr>' for row in rows[1:]) + "</tbody></table>")
        else:
            out.append(f'<p class="{kind}">{esc(what)}</p>')
    base = f"""body {{ font-family: "{SERIF}"; font-size: 14pt; line-height: 1.7; margin: 0 }} p {{ margin: 0; text-indent: 2em; text-align: justify }}
    h1.t {{ font-size: 20pt; text-align: center; font-weight: normal }} .h1, .h2 {{ font-family: "{SANS}"; font-weight: bold }}
    .cap {{ text-align: center; text-indent: 0; font-weight: bold }} .unit, .sign {{ text-align: right; text-indent: 0 }} .cover {{ text-indent: 0 }}
    .break {{ break-after: page }} table {{ border-collapse: collapse; width: 100%; font-size: 11pt; line-height: 1.4 }}
    td, th {{ border: 0.75pt solid black; padding: 2pt 4pt; text-align: center; font-weight: normal }} thead {{ display: table-header-group }}
    {css}"""
    name = report["title"][-1]
    return f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{esc(name)}</title><style>{base}</style></head><body>{"".join(out)}</body></html>'


def chromium(source, out, furniture):
    with tempfile.TemporaryDirectory() as room:
        file = pathlib.Path(room) / "report.html"
        file.write_text(source, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={room}/p", f"--print-to-pdf={out}"]
        subprocess.run(command + ([] if furniture else ["--no-pdf-header-footer"]) + [file.as_uri()],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def weasy(source, out):
    import weasyprint
    weasyprint.HTML(string=source).write_pdf(out)


def office(file, out):
    with tempfile.TemporaryDirectory() as room:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{room}/p", "--headless", "--convert-to", "pdf", "--outdir", room, str(file)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        out.write_bytes((pathlib.Path(room) / (file.stem + ".pdf")).read_bytes())


def docx(report, out, columns=1, head=None, foot="{}", lines=True):
    """A Word document, printed by LibreOffice."""
    from docx import Document
    from docx.enum.section import WD_SECTION
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = SERIF, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), SERIF)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(25)

    def paragraph(line, center=False, right=False, bold=False, size=None, indent=True):
        p = document.add_paragraph()
        run = p.add_run(line)
        run.bold = bold
        if size:
            run.font.size = Pt(size)
            p.paragraph_format.line_spacing = Pt(size * 1.6)
        p.alignment = (WD_ALIGN_PARAGRAPH.CENTER if center else WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.JUSTIFY)
        if indent and not center and not right:
            p.paragraph_format.first_line_indent = Pt(28)
        return p

    def field(p, code):
        for kind, instruction in [("begin", None), (None, code), ("end", None)]:
            run = p.add_run()
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = instruction
            run._r.append(element)

    for line in report["title"]:
        paragraph(line, center=True, size=20)
    for line in report["cover"]:
        paragraph(line, indent=False)
    if report["cover"]:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    if columns > 1:
        section = document.add_section(WD_SECTION.CONTINUOUS)
        cols = section._sectPr.xpath("./w:cols")[0]
        cols.set(qn("w:num"), str(columns))
        cols.set(qn("w:space"), "480")
    for kind, what in report["body"]:
        if kind == "table":
            table = document.add_table(len(what), len(what[0]))
            if lines:
                table.style = "Table Grid"
            for r, row in enumerate(what):
                for c, cell in enumerate(row):
                    p = table.cell(r, c).paragraphs[0]
                    p.paragraph_format.line_spacing = Pt(16)
                    p.alignment = WD_ALIGN_PARAGRAPH.CENTER
                    p.add_run(cell).font.size = Pt(10.5)
            if len(what[0]) > 6:
                for c in range(2):
                    r = 1
                    while r < len(what):
                        end = r
                        while end + 1 < len(what) and what[end + 1][:c + 1] == what[r][:c + 1]:
                            end += 1
                        if end > r:
                            for i in range(r + 1, end + 1):
                                for run in table.cell(i, c).paragraphs[0].runs:
                                    run.text = ""
                            merged = table.cell(r, c).merge(table.cell(end, c))
                            for extra in merged.paragraphs[1:]:
                                extra._p.getparent().remove(extra._p)
                        r = end + 1
        else:
            paragraph(what, center=kind == "cap", right=kind in ("unit", "sign"), bold=kind in ("h1", "h2", "cap"))
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.6), Cm(3.2), Cm(3)
    first = document.sections[0]
    if head:
        first.header.paragraphs[0].text = head
    p = first.footer.paragraphs[0]
    p.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, behind = foot.split("{}", 1)
    p.add_run(before)
    field(p, "PAGE")
    if "{}" in behind:
        between, behind = behind.split("{}")
        p.add_run(between)
        field(p, "NUMPAGES")
    p.add_run(behind)
    with tempfile.TemporaryDirectory() as room:
        file = pathlib.Path(room) / "report.docx"
        document.save(file)
        office(file, out)


def writer_html(report, out):
    with tempfile.TemporaryDirectory() as room:
        file = pathlib.Path(room) / "report.html"
        file.write_text(page(report, "", merge=True), encoding="utf-8")
        subprocess.run(["soffice", f"-env:UserInstallation=file://{room}/p", "--headless", "--infilter=HTML (StarWriter)", "--convert-to", "odt",
                        "--outdir", room, str(file)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        office(pathlib.Path(room) / "report.odt", out)


def lab(report, out):
    from reportlab.lib.enums import TA_CENTER, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    common = dict(fontName="STSong-Light", wordWrap="CJK")
    styles = {
        "p": ParagraphStyle("p", fontSize=14, leading=24, firstLineIndent=28, **common),
        "t": ParagraphStyle("t", fontSize=19, leading=30, alignment=TA_CENTER, **common),
        "cap": ParagraphStyle("c", fontSize=14, leading=24, alignment=TA_CENTER, **common),
        "right": ParagraphStyle("r", fontSize=14, leading=24, alignment=TA_RIGHT, **common),
        "cell": ParagraphStyle("x", fontSize=10.5, leading=15, alignment=TA_CENTER, **common),
        "cover": ParagraphStyle("v", fontSize=14, leading=24, **common),
    }
    story = [Paragraph(html.escape(line), styles["t"]) for line in report["title"]]
    story += [Paragraph(html.escape(line), styles["cover"]) for line in report["cover"]]
    if report["cover"]:
        story.append(PageBreak())
    for kind, what in report["body"]:
        if kind == "table":
            table = Table([[Paragraph(html.escape(cell), styles["cell"]) for cell in row] for row in what], repeatRows=1)
            table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
            story.append(table)
        else:
            style = {"cap": "cap", "unit": "right", "sign": "right"}.get(kind, "p")
            story.append(Paragraph(html.escape(what), styles[style]))

    def furniture(canvas, document):
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(80, 800, report["title"][-1])
        canvas.line(80, 794, 515, 794)
        odd = document.page % 2
        (canvas.drawRightString if odd else canvas.drawString)(515 if odd else 80, 40, f"— {document.page} —")
    SimpleDocTemplate(str(out), pagesize=(595, 842), leftMargin=80, rightMargin=80, topMargin=80, bottomMargin=80,
                      invariant=1).build(story, onFirstPage=furniture, onLaterPages=furniture)


def typ(report, out, columns):
    import typst
    esc = lambda s: "".join("\\" + c if c in "\\#*_$@<>`[]~=-+/\"'" else c for c in s)
    out_lines = [f'#set page(paper: "a4", margin: 2.6cm, numbering: "1 / 1", columns: {columns})', f'#set text(font: "{SERIF}", size: 12pt, lang: "zh")',
                 "#set par(justify: true, first-line-indent: (amount: 2em, all: true), leading: 0.9em)"]
    title = " \\ ".join(map(esc, report["title"]))
    out_lines.append(f'#place(top + center, scope: "parent", float: true, text(size: 18pt)[{title}])' if columns > 1
                     else f"#align(center, text(size: 18pt)[{title}])")
    out_lines += [f"#par(first-line-indent: 0pt)[{esc(line)}]" for line in report["cover"]]
    for kind, what in report["body"]:
        if kind == "table":
            cells = ", ".join(f"[{esc(cell)}]" for row in what for cell in row)
            stroke = "" if columns > 1 else "stroke: none, "
            out_lines.append(f"#text(size: 9pt, table(columns: {len(what[0])}, {stroke}{cells}))")
        elif kind in ("unit", "sign"):
            out_lines.append(f"#align(right)[{esc(what)}]")
        elif kind in ("h1", "h2"):
            out_lines.append(f"*{esc(what)}*")
        elif kind == "cap":
            out_lines.append(f"#align(center)[{esc(what)}]")
        else:
            out_lines.append(esc(what))
    with tempfile.TemporaryDirectory() as room:
        file = pathlib.Path(room) / "report.typ"
        file.write_text("\n\n".join(out_lines), encoding="utf-8")
        out.write_bytes(typst.compile(str(file)))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(exist_ok=True, parents=True)
    for name, report in CASES.items():
        (folder / f"{name}.txt").write_text(text(report), encoding="utf-8")
    (folder / "merged.txt").write_text(text(SCHOOL, merged=True), encoding="utf-8")
    at = lambda name: folder / name
    chromium(page(FLOOD, "@page { size: A4 }"), at("flood.chromium-head.pdf"), True)
    chromium(page(SCHOOL, "@page { size: A4 landscape; margin: 20mm }", merge=True), at("merged.chromium-side.pdf"), False)
    chromium(page(CLINIC, "@page { size: A4; margin: 25mm } body { columns: 2; column-gap: 10mm; font-size: 11pt } h1.t { column-span: all }"),
             at("clinic.chromium-columns.pdf"), False)
    weasy(page(FLOOD, '@page { size: A4; margin: 30mm 26mm; @top-right { content: "平湖县防汛抗旱服务中心"; font-size: 9pt } '
               '@bottom-center { content: "第" counter(page) "页 共" counter(pages) "页"; font-size: 9pt } }'), at("flood.weasyprint.pdf"))
    weasy(page(SCHOOL, '@page { size: A4; margin: 24mm; @bottom-right { content: counter(page) "/" counter(pages); font-size: 9pt } } '
               'td, th { border: none } table { border-top: 1pt solid black; border-bottom: 1pt solid black } thead { border-bottom: 0.5pt solid black }'),
          at("school.weasyprint-open.pdf"))
    docx(FLOOD, at("flood.word.pdf"), head="平湖县防汛抗旱服务中心2023年度部门整体支出绩效自评报告", foot="第 {} 页 共 {} 页")
    docx(SCHOOL, at("merged.word.pdf"), foot="- {} -")
    docx(SCHOOL, at("merged.word-open.pdf"), foot="{}", lines=False)
    docx(CLINIC, at("clinic.word-columns.pdf"), columns=2, foot="— {} —")
    writer_html(FLOOD, at("flood.writer.pdf"))
    lab(FLOOD, at("flood.reportlab.pdf"))
    lab(SCHOOL, at("school.reportlab.pdf"))
    typ(FLOOD, at("flood.typst-open.pdf"), 1)
    typ(CLINIC, at("clinic.typst-columns.pdf"), 2)


if __name__ == "__main__":
    main()
