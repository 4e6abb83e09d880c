-- hedui database, schema 1. Documented in docs/output.md.

CREATE TABLE run (
  engine    TEXT NOT NULL,              -- version of hedui
  patterns  TEXT NOT NULL,              -- sha256:… of the patterns
  schema    INTEGER NOT NULL,           -- version of this schema
  arguments TEXT NOT NULL               -- JSON array
);

CREATE TABLE source (
  id       INTEGER PRIMARY KEY,
  path     TEXT NOT NULL,
  format   TEXT,
  encoding TEXT,
  sha256   TEXT,
  bytes    INTEGER,
  pages    INTEGER,
  error    TEXT,                        -- why it could not be read: id …
  message  TEXT                         -- … and sentence; both NULL where it was read
);

CREATE TABLE report (
  id         INTEGER PRIMARY KEY,
  source     INTEGER NOT NULL REFERENCES source,
  ordinal    INTEGER NOT NULL,          -- which report of its file, from 1
  family     TEXT NOT NULL,
  title      TEXT,
  org        TEXT,
  year       INTEGER,
  start      INTEGER NOT NULL,          -- characters of the document's text
  "end"      INTEGER NOT NULL,
  digits     INTEGER NOT NULL,
  explained  INTEGER NOT NULL,
  UNIQUE (source, ordinal)
);

CREATE TABLE section (
  id         INTEGER PRIMARY KEY,
  report     INTEGER NOT NULL REFERENCES report,
  position   INTEGER NOT NULL,          -- sections[].id of the JSON
  parent     INTEGER REFERENCES section,
  depth      INTEGER NOT NULL,
  label      TEXT,
  number     INTEGER,
  recovered  INTEGER NOT NULL,          -- 0 or 1
  title      TEXT NOT NULL,
  topic      TEXT,                      -- the main one; all are in section_topic
  body_start INTEGER NOT NULL,
  body_end   INTEGER NOT NULL,
  page INTEGER NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, bbox TEXT
);

CREATE TABLE section_topic (
  section  INTEGER NOT NULL REFERENCES section,
  position INTEGER NOT NULL,
  topic    TEXT NOT NULL,
  PRIMARY KEY (section, position)
) WITHOUT ROWID;

CREATE TABLE figure (
  id        INTEGER PRIMARY KEY,
  report    INTEGER NOT NULL REFERENCES report,
  position  INTEGER NOT NULL,           -- figures[].id of the JSON
  section   INTEGER REFERENCES section,
  raw       TEXT NOT NULL,
  value     TEXT,                       -- exact decimals are text
  low       TEXT,
  high      TEXT,
  step      TEXT NOT NULL,
  wan       REAL,                       -- value in 万元, for display and sorting only; NULL for what is not money
  measure   TEXT NOT NULL,
  bound     TEXT NOT NULL,
  role      TEXT NOT NULL,
  direction TEXT,
  scale_from_start INTEGER,
  scale_from_end   INTEGER,
  scale_from_quote TEXT,
  page INTEGER NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, bbox TEXT
);

CREATE TABLE fact (
  id       INTEGER PRIMARY KEY,
  report   INTEGER NOT NULL REFERENCES report,
  section  INTEGER REFERENCES section,
  concept  TEXT NOT NULL,
  basis    TEXT,
  fund     TEXT,
  year     INTEGER,
  item     TEXT,
  value    TEXT,
  wan      REAL,                        -- as in figure
  text     TEXT,
  nil      TEXT,
  figure   INTEGER REFERENCES figure,
  pattern  TEXT NOT NULL,
  page INTEGER NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, bbox TEXT
);

CREATE TABLE indicator (
  id     INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES report,
  level1 TEXT,
  level2 TEXT,
  level3 TEXT NOT NULL,
  target TEXT,
  actual TEXT,
  weight TEXT,
  score  TEXT,
  reason TEXT,
  page INTEGER NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, bbox TEXT
);

CREATE TABLE finding (
  id          INTEGER PRIMARY KEY,
  report      INTEGER NOT NULL REFERENCES report,
  check_id    TEXT NOT NULL,            -- "check" is a word of SQL
  verdict     TEXT NOT NULL,            -- holds, undecidable, rounding, suspect, conflict
  severity    INTEGER NOT NULL,         -- 0 (holds) … 4 (conflict)
  gap         TEXT,
  allowed     TEXT,
  message     TEXT NOT NULL,
  fingerprint TEXT NOT NULL
);

CREATE TABLE cite (                     -- what a finding rests on
  finding  INTEGER NOT NULL REFERENCES finding,
  position INTEGER NOT NULL,
  page INTEGER NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, bbox TEXT,
  PRIMARY KEY (finding, position)
) WITHOUT ROWID;

CREATE TABLE keyword (
  id      INTEGER PRIMARY KEY,
  report  INTEGER NOT NULL REFERENCES report,
  section INTEGER REFERENCES section,   -- NULL: of the whole report
  word    TEXT NOT NULL,
  count   INTEGER NOT NULL,
  weight  TEXT NOT NULL
);

CREATE TABLE unexplained (              -- digits that nothing explains
  id     INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES report,
  page INTEGER NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, bbox TEXT
);

CREATE TABLE note (
  id      INTEGER PRIMARY KEY,
  source  INTEGER NOT NULL REFERENCES source,
  report  INTEGER REFERENCES report,    -- NULL: of the whole file
  note    TEXT NOT NULL,
  count   INTEGER NOT NULL,
  message TEXT NOT NULL,
  page INTEGER, line INTEGER, start INTEGER, "end" INTEGER,
  quote TEXT, bbox TEXT
);

CREATE TABLE passage (                  -- the whole text of every report, cut before each heading
  id      INTEGER PRIMARY KEY,
  report  INTEGER NOT NULL REFERENCES report,
  section INTEGER REFERENCES section,   -- NULL: before the first heading
  text    TEXT NOT NULL,                -- line breaks and stray spaces folded away
  start   INTEGER NOT NULL,             -- characters of the document's text
  "end"   INTEGER NOT NULL
);

-- One character is one token, so that a phrase of characters finds every substring: '"营 商 环 境"'.
CREATE VIRTUAL TABLE passage_fts USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 0');

CREATE TABLE name (                     -- Chinese names of ids
  kind TEXT NOT NULL,                   -- concept, check, family, topic, verdict, measure, basis, fund, role, bound, nil
  id   TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

INSERT INTO name (kind, id, name) VALUES
  ('verdict', 'holds', '相符'), ('verdict', 'undecidable', '无法判断'), ('verdict', 'rounding', '四舍五入'),
  ('verdict', 'suspect', '可疑'), ('verdict', 'conflict', '矛盾'),
  ('measure', 'yuan', '元'), ('measure', 'percent', '%'), ('measure', 'percent_point', '百分点'),
  ('measure', 'person', '人'), ('measure', 'score', '分'),
  ('basis', 'initial', '年初预算'), ('basis', 'adjusted', '调整预算'), ('basis', 'received', '到位'),
  ('basis', 'final', '决算'),
  ('fund', 'general_public', '一般公共预算'), ('fund', 'government', '政府性基金预算'),
  ('fund', 'state_capital', '国有资本经营预算'), ('fund', 'social_insurance', '社会保险基金预算'),
  ('fund', 'other', '其他资金'),
  ('role', 'level', '金额'), ('role', 'change', '增减'), ('role', 'unit_price', '单价'), ('role', 'limit', '限额'),
  ('role', 'share', '占比'), ('role', 'target', '目标值'), ('role', 'other_party', '非本单位资金'),
  ('bound', 'exact', ''), ('bound', 'about', '约'), ('bound', 'over', '超过'), ('bound', 'under', '不足'),
  ('bound', 'at_least', '不低于'), ('bound', 'at_most', '不超过'),
  ('nil', 'none', '无'), ('nil', 'blank', '空白'), ('nil', 'masked', '隐去');

CREATE VIEW fact_wide AS
SELECT f.id, s.path, r.family, r.title AS report_title, r.org, r.year AS report_year, c.title AS section_title, c.topic,
       f.concept, f.basis, f.fund, f.year, f.item, f.value, f.wan, f.text, f.nil,
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
       (SELECT group_concat(quote, ' | ') FROM (SELECT quote FROM cite WHERE finding = f.id ORDER BY position)) AS quotes
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
       coalesce(f.value, f.low || '–' || f.high, f.text, l.name) AS "内容", f.wan AS "万元", f.quote AS "原文", f.page AS "页", f.line AS "行"
FROM fact_wide f
LEFT JOIN name n ON n.kind = 'concept' AND n.id = f.concept
LEFT JOIN name a ON a.kind = 'basis' AND a.id = f.basis
LEFT JOIN name d ON d.kind = 'fund' AND d.id = f.fund
LEFT JOIN name l ON l.kind = 'nil' AND l.id = f.nil;

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
       CASE c.recovered WHEN 1 THEN '是' ELSE '' END AS "编号已补", c.title AS "标题", coalesce(n.name, c.topic) AS "主题",
       c.page AS "页", c.line AS "行"
FROM section c
JOIN report r ON r.id = c.report
JOIN source s ON s.id = r.source
LEFT JOIN name n ON n.kind = 'topic' AND n.id = c.topic
ORDER BY c.id;
