-- The views, for SQLite and PostgreSQL alike; `{quotes}` is spelled by each. Documented in docs/output.md.

CREATE VIEW fact_wide AS
SELECT f.id, s.path, r.family, r.title AS report_title, r.org, r.year AS report_year, c.title AS section_title, c.topic,
       f.concept, f.basis, f.fund, f.year, f.item, f.value, f.wan, f.text, f.nil, f.chosen, f.why,
       g.raw, g.low, g.high, g.step, g.measure, g.bound, g.role, f.pattern, f.page, f.line, f.start, f."end", f.quote
FROM fact f
JOIN report r ON r.id = f.report
JOIN source s ON s.id = r.source
LEFT JOIN section c ON c.id = f.section
LEFT JOIN figure g ON g.id = f.figure;

CREATE VIEW finding_view AS
SELECT f.id, s.path, r.family, r.title AS report_title, r.org, r.year AS report_year,
       f.verdict, f.severity, f.check_id, f.message, f.gap, f.allowed, f.fingerprint,
       (SELECT min(page) FROM cite WHERE finding = f.id) AS page,
       (SELECT line FROM cite WHERE finding = f.id ORDER BY page, line LIMIT 1) AS line,
       {quotes} AS quotes
FROM finding f
JOIN report r ON r.id = f.report
JOIN source s ON s.id = r.source;

CREATE VIEW "金额一览" AS
SELECT s.path AS "文件", r.org AS "单位", r.year AS "年度", c.title AS "章节", g.raw AS "原文", g.value AS "数值",
       coalesce(m.name, g.measure) AS "计量", g.wan AS "万元", coalesce(o.name, g.role) AS "性质",
       coalesce(b.name, g.bound) AS "限定", g.page AS "页", g.line AS "行"
FROM figure g
JOIN report r ON r.id = g.report
JOIN source s ON s.id = r.source
LEFT JOIN section c ON c.id = g.section
LEFT JOIN name m ON m.kind = 'measure' AND m.id = g.measure
LEFT JOIN name o ON o.kind = 'role' AND o.id = g.role
LEFT JOIN name b ON b.kind = 'bound' AND b.id = g.bound;

CREATE VIEW "事实一览" AS
SELECT f.path AS "文件", f.org AS "单位", f.report_year AS "年度", coalesce(n.name, f.concept) AS "事项",
       coalesce(a.name, f.basis) AS "口径", coalesce(d.name, f.fund) AS "资金", f.year AS "所属年份", f.item AS "项目",
       coalesce(CAST(f.value AS TEXT), CAST(f.low AS TEXT) || '–' || CAST(f.high AS TEXT), f.text, l.name) AS "内容", f.wan AS "万元", f.quote AS "原文", f.page AS "页", f.line AS "行"
FROM fact_wide f
LEFT JOIN name n ON n.kind = 'concept' AND n.id = f.concept
LEFT JOIN name a ON a.kind = 'basis' AND a.id = f.basis
LEFT JOIN name d ON d.kind = 'fund' AND d.id = f.fund
LEFT JOIN name l ON l.kind = 'nil' AND l.id = f.nil;

-- A line for each report. Of each slot the chosen statement; of all funds together or, where that is not stated, of the general
-- public budget, which is never more.
CREATE VIEW "单位比较" AS
SELECT r.org AS "单位", r.year AS "年度", coalesce(n.name, r.family) AS "文种",
       max(CASE WHEN f.concept = 'budget.total' AND f.basis = 'initial' THEN f.wan END) AS "年初预算",
       max(CASE WHEN f.concept = 'budget.total' AND f.basis = 'adjusted' THEN f.wan END) AS "调整预算",
       max(CASE WHEN f.concept = 'expenditure.total' AND f.basis = 'final' THEN f.wan END) AS "决算支出",
       max(CASE WHEN f.concept = 'expenditure.basic' AND f.basis = 'final' THEN f.wan END) AS "基本支出",
       max(CASE WHEN f.concept = 'expenditure.staff' AND f.basis = 'final' THEN f.wan END) AS "人员经费",
       max(CASE WHEN f.concept = 'expenditure.operating' AND f.basis = 'final' THEN f.wan END) AS "公用经费",
       max(CASE WHEN f.concept = 'expenditure.project' AND f.basis = 'final' THEN f.wan END) AS "项目支出",
       max(CASE WHEN f.concept = 'three_public.total' AND f.basis = 'final' THEN f.wan END) AS "三公经费",
       max(CASE WHEN f.concept = 'headcount.quota' THEN CAST(f.value AS NUMERIC) END) AS "编制人数",
       max(CASE WHEN f.concept = 'headcount.actual' THEN CAST(f.value AS NUMERIC) END) AS "在职人数",
       max(CASE WHEN f.concept = 'rate.execution' THEN CAST(f.value AS NUMERIC) END) AS "执行率",
       max(CASE WHEN f.concept = 'score.self' THEN CAST(f.value AS NUMERIC) END) AS "自评得分",
       s.path AS "文件", r.ordinal AS "序"
FROM report r
JOIN source s ON s.id = r.source
LEFT JOIN name n ON n.kind = 'family' AND n.id = r.family
LEFT JOIN fact f ON f.report = r.id AND f.chosen AND f.item IS NULL AND (f.fund IS NULL OR f.fund = 'general_public')
                AND (f.year IS NULL OR f.year = r.year)
GROUP BY r.id, r.org, r.year, r.family, n.name, s.path, r.ordinal;

CREATE VIEW "核对一览" AS
SELECT f.path AS "文件", f.org AS "单位", f.report_year AS "年度", coalesce(v.name, f.verdict) AS "结论",
       coalesce(n.name, f.check_id) AS "核对事项", f.message AS "说明",
       f.gap AS "差额", f.allowed AS "允许差额", f.quotes AS "依据", f.page AS "页", f.line AS "行"
FROM finding_view f
LEFT JOIN name v ON v.kind = 'verdict' AND v.id = f.verdict
LEFT JOIN name n ON n.kind = 'check' AND n.id = f.check_id
ORDER BY f.severity DESC, f.id;

CREATE VIEW "章节一览" AS
SELECT s.path AS "文件", r.org AS "单位", r.year AS "年度", c.depth AS "层级", c.label AS "编号", c.number AS "序号",
       CASE WHEN c.recovered THEN '是' ELSE '' END AS "编号已补", c.title AS "标题", coalesce(n.name, c.topic) AS "主题",
       c.page AS "页", c.line AS "行"
FROM section c
JOIN report r ON r.id = c.report
JOIN source s ON s.id = r.source
LEFT JOIN name n ON n.kind = 'topic' AND n.id = c.topic
ORDER BY c.id;
