//! What every database holds, said once: tables, columns, their kinds and their Chinese descriptions. SQLite, PostgreSQL and
//! Parquet are made from this list and filled by [`rows`](super::rows) in its order. It holds no row and no dialect.

/// Raised with every change of a table that a query could notice: `PRAGMA user_version` in SQLite, `schema_version` in PostgreSQL.
pub const SCHEMA_VERSION: i32 = 2;

/// A table.
pub(super) struct Table {
    pub name: &'static str,
    /// In Chinese, for the people who open the database.
    pub about: &'static str,
    pub columns: &'static [Column],
    /// Whether the columns of a place follow the others.
    pub place: Place,
    /// The columns of its primary key, where that is not `id`.
    pub key: &'static [&'static str],
    /// Columns that rows are looked up by, a list for each index.
    pub indexes: &'static [&'static [&'static str]],
}

/// Whether rows of a table stand somewhere in the document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    None,
    /// Some do.
    Some,
    /// Each does.
    Each,
}

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// Whether it can be unknown.
    pub null: bool,
    pub about: &'static str,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The row's own number.
    Id,
    /// A row of another table, without which this one would not be there.
    Owner(&'static str),
    /// A row of another table.
    Row(&'static str),
    /// Up to 31 bits.
    Int,
    /// Up to 63 bits.
    Long,
    Bool,
    Text,
    /// An exact decimal.
    Decimal,
    /// An amount in 万元 for display and sorting: exact where the database has exact decimals.
    Wan,
}

/// The tables by their place in [`TABLES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum T {
    Run,
    Source,
    Record,
    Report,
    Section,
    SectionTopic,
    Figure,
    Fact,
    Indicator,
    Finding,
    Cite,
    Keyword,
    Unexplained,
    Note,
    Passage,
    Name,
}

/// How many tables there are.
pub(super) const COUNT: usize = TABLES.len();

impl T {
    /// All, in the order of [`TABLES`].
    pub const ALL: [T; COUNT] = [
        T::Run,
        T::Source,
        T::Record,
        T::Report,
        T::Section,
        T::SectionTopic,
        T::Figure,
        T::Fact,
        T::Indicator,
        T::Finding,
        T::Cite,
        T::Keyword,
        T::Unexplained,
        T::Note,
        T::Passage,
        T::Name,
    ];

    pub fn table(self) -> &'static Table {
        &TABLES[self as usize]
    }
}

impl Table {
    /// Its columns in the order of its rows, those of its place last.
    pub fn columns(&self) -> impl Iterator<Item = Column> + Clone {
        let place = if self.place == Place::None { &[] } else { PLACE };
        let null = self.place == Place::Some;
        self.columns.iter().copied().chain(place.iter().map(move |c| Column { null: c.null || null, ..*c }))
    }
}

const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, null: false, about }
}
const fn id() -> Column {
    column("id", Kind::Id, "行号")
}
const fn of_report() -> Column {
    column("report", Kind::Owner("report"), "所属报告")
}
const fn text(name: &'static str, about: &'static str) -> Column {
    column(name, Kind::Text, about)
}
const fn int(name: &'static str, about: &'static str) -> Column {
    column(name, Kind::Int, about)
}
const fn decimal(name: &'static str, about: &'static str) -> Column {
    column(name, Kind::Decimal, about)
}
const fn row(name: &'static str, table: &'static str, about: &'static str) -> Column {
    column(name, Kind::Row(table), about)
}
const fn maybe(column: Column) -> Column {
    Column { null: true, ..column }
}

const PLACE: &[Column] = &[
    int("page", "页码，从1起"),
    int("line", "行号，从1起：文本文件指全文件，PDF指本页"),
    int("start", "起始位置：全文第几个字符"),
    int("end", "终止位置"),
    text("quote", "该处原文"),
    maybe(text("bbox", "页面上的左、上、右、下（磅），JSON数组；文本文件为空")),
];

const SLOT_INDEX: &[&str] = &["concept", "basis", "fund", "year"];

const fn plain(name: &'static str, about: &'static str, columns: &'static [Column]) -> Table {
    Table { name, about, columns, place: Place::None, key: &[], indexes: &[] }
}
/// A table of which every row is of a report and stands at a place.
const fn placed(name: &'static str, about: &'static str, columns: &'static [Column]) -> Table {
    Table { name, about, columns, place: Place::Each, key: &[], indexes: &[&["report"]] }
}

/// Every table, owners before what they own.
pub(super) const TABLES: &[Table] = &[
    plain(
        "run",
        "写入本库的运行",
        &[
            id(),
            text("engine", "程序版本"),
            text("patterns", "规则的SHA-256"),
            int("schema", "表结构版本"),
            text("arguments", "命令行参数，JSON数组；口令已隐去"),
        ],
    ),
    Table {
        indexes: &[&["path"]],
        ..plain(
            "source",
            "输入文件，每个一行",
            &[
                id(),
                row("run", "run", "由哪次运行写入"),
                text("path", "路径"),
                maybe(text("format", "文件格式")),
                maybe(text("encoding", "字符编码")),
                maybe(text("sha256", "内容的SHA-256")),
                maybe(column("bytes", Kind::Long, "字节数")),
                maybe(int("pages", "页数")),
                maybe(text("error", "未能读取的原因代码；读取成功为空")),
                maybe(text("message", "未能读取的原因")),
            ],
        )
    },
    Table {
        indexes: &[&["source"]],
        ..plain(
            "record",
            "完整的JSON记录，每份报告或每个未能读取的文件一行",
            &[
                id(),
                column("source", Kind::Owner("source"), "所属文件"),
                maybe(int("ordinal", "文件中的第几份报告，从1起；未能读取的文件为空")),
                text("json", "hedui.report/1 或 hedui.problem/1 记录"),
            ],
        )
    },
    Table {
        indexes: &[&["source"], &["org", "year"]],
        ..plain(
            "report",
            "报告，每份一行",
            &[
                id(),
                column("source", Kind::Owner("source"), "所属文件"),
                int("ordinal", "文件中的第几份报告，从1起"),
                text("family", "文种：部门整体、项目、通知等"),
                maybe(text("title", "标题")),
                maybe(text("org", "单位")),
                maybe(int("year", "报告所属年度")),
                int("start", "在全文中的起始字符"),
                int("end", "终止字符"),
                int("digits", "数字串个数"),
                int("explained", "其中已识别的个数"),
            ],
        )
    },
    placed(
        "section",
        "章节标题，每个一行",
        &[
            id(),
            of_report(),
            int("position", "在报告中的序号，即JSON中的id"),
            maybe(row("parent", "section", "上级标题")),
            int("depth", "层级，从1起"),
            maybe(text("label", "印出的编号，如（一）；丢失为空")),
            maybe(int("number", "编号的数值")),
            column("recovered", Kind::Bool, "编号在文件中丢失，由前后推出"),
            text("title", "标题文字"),
            maybe(text("topic", "主题；全部主题见section_topic")),
            int("body_start", "正文起始字符"),
            int("body_end", "正文终止字符"),
        ],
    ),
    Table {
        key: &["section", "position"],
        ..plain(
            "section_topic",
            "章节的主题",
            &[column("section", Kind::Owner("section"), "章节"), int("position", "次序，从1起"), text("topic", "主题")],
        )
    },
    placed(
        "figure",
        "印出的数字：金额、百分比、人数、得分，每个一行",
        &[
            id(),
            of_report(),
            int("position", "在报告中的序号，即JSON中的id"),
            maybe(row("section", "section", "所在章节")),
            text("raw", "印出的原样，如151.47万元"),
            maybe(decimal("value", "数值：元、%、人、分；区间为空")),
            maybe(decimal("low", "区间下端")),
            maybe(decimal("high", "区间上端")),
            decimal("step", "末位一个单位的数值，即精度"),
            maybe(column("wan", Kind::Wan, "万元，供显示和排序；非金额为空")),
            text("measure", "计量：yuan元、percent%、percent_point百分点、person人、score分"),
            text("bound", "限定：exact、about约、over超过、under不足、at_least不低于、at_most不超过"),
            text(
                "role",
                "性质：level金额、change增减、unit_price单价、limit限额、share占比、target目标值、other_party他方资金",
            ),
            maybe(text("direction", "increase增、decrease减")),
            maybe(int("scale_from_start", "单位（万元等）声明处的起始字符，不在数字旁时")),
            maybe(int("scale_from_end", "其终止字符")),
            maybe(text("scale_from_quote", "其原文")),
        ],
    ),
    Table {
        indexes: &[&["report"], SLOT_INDEX],
        ..placed(
            "fact",
            "事实：报告对某一事项的陈述，每条一行",
            &[
                id(),
                of_report(),
                maybe(row("section", "section", "所在章节")),
                text("concept", "事项，中文名见name"),
                maybe(text("basis", "口径：initial年初预算、adjusted调整预算、received到位、final决算")),
                maybe(text("fund", "资金：general_public一般公共预算等")),
                maybe(int("year", "所属年份")),
                maybe(text("item", "项目或类别名称")),
                maybe(decimal("value", "数值")),
                maybe(column("wan", Kind::Wan, "万元，供显示和排序；非金额为空")),
                maybe(text("text", "文字内容，如优")),
                maybe(text("nil", "明确的没有：none无、blank空白、masked隐去")),
                maybe(row("figure", "figure", "数字")),
                column("chosen", Kind::Bool, "同一事项的多处陈述中以此为准"),
                text("why", "为何以此为准或不以此为准，见docs/output.md"),
                text("pattern", "由哪条规则读出"),
            ],
        )
    },
    placed(
        "indicator",
        "绩效指标表的行",
        &[
            id(),
            of_report(),
            maybe(text("level1", "一级指标")),
            maybe(text("level2", "二级指标")),
            text("level3", "三级指标"),
            maybe(text("direction", "指标性质：at_least ≥，at_most ≤，equal ＝，over ＞，under ＜")),
            maybe(text("target", "年度指标值")),
            maybe(text("measure", "度量单位")),
            maybe(text("actual", "实际完成值")),
            maybe(decimal("weight", "分值")),
            maybe(decimal("score", "得分")),
            maybe(text("reason", "偏差原因")),
        ],
    ),
    Table {
        indexes: &[&["report"]],
        ..plain(
            "finding",
            "核对结果，每条一行",
            &[
                id(),
                of_report(),
                text("check_id", "核对事项"),
                text("verdict", "结论：holds相符、undecidable无法判断、rounding四舍五入、suspect可疑、conflict矛盾"),
                int("severity", "轻重：0相符 … 4矛盾"),
                maybe(decimal("gap", "差额")),
                maybe(decimal("allowed", "四舍五入允许的差额")),
                text("message", "说明"),
                text("fingerprint", "指纹：核对事项与所引原文不变则不变"),
            ],
        )
    },
    Table {
        place: Place::Each,
        key: &["finding", "position"],
        ..plain(
            "cite",
            "核对结果的依据，每处一行",
            &[column("finding", Kind::Owner("finding"), "核对结果"), int("position", "次序，从1起")],
        )
    },
    Table {
        indexes: &[&["report"]],
        ..plain(
            "keyword",
            "关键词",
            &[
                id(),
                of_report(),
                maybe(row("section", "section", "章节；全文的为空")),
                text("word", "词"),
                int("count", "次数"),
                decimal("weight", "权重"),
            ],
        )
    },
    placed("unexplained", "未能识别的数字串", &[id(), of_report()]),
    Table {
        indexes: &[&["source"]],
        place: Place::Some,
        ..plain(
            "note",
            "有所损失的说明，如扫描页",
            &[
                id(),
                column("source", Kind::Owner("source"), "所属文件"),
                maybe(row("report", "report", "报告；整个文件的为空")),
                text("note", "代码"),
                column("count", Kind::Long, "次数"),
                text("message", "说明"),
            ],
        )
    },
    Table {
        indexes: &[&["report"]],
        ..plain(
            "passage",
            "报告全文，按标题切开，每段一行",
            &[
                id(),
                of_report(),
                maybe(row("section", "section", "章节；第一个标题之前为空")),
                text("text", "文字，换行和多余空格已去"),
                int("start", "在全文中的起始字符"),
                int("end", "终止字符"),
            ],
        )
    },
    Table {
        key: &["kind", "id"],
        ..plain(
            "name",
            "各种代码的中文名",
            &[text("kind", "种类：concept事项、check核对、topic主题等"), text("id", "代码"), text("name", "中文名")],
        )
    },
];

/// Every figure with its report, its section and what it answers: a table for those who want only one.
pub(super) const FIGURES: Table = placed(
    "figures",
    "印出的数字及其所答事项，每个一行",
    &[
        text("path", "文件路径"),
        maybe(text("sha256", "内容的SHA-256")),
        int("ordinal", "文件中的第几份报告，从1起"),
        text("family", "文种"),
        maybe(text("title", "报告标题")),
        maybe(text("org", "单位")),
        maybe(int("report_year", "报告所属年度")),
        maybe(text("section", "所在章节的标题")),
        maybe(text("topic", "所在章节的主题")),
        maybe(text("concept", "所答事项；没有规则读出为空")),
        maybe(text("basis", "口径")),
        maybe(text("fund", "资金")),
        maybe(int("year", "所属年份")),
        maybe(text("item", "项目或类别名称")),
        text("raw", "印出的原样"),
        maybe(decimal("value", "数值：元、%、人、分；区间为空")),
        maybe(decimal("low", "区间下端")),
        maybe(decimal("high", "区间上端")),
        decimal("step", "末位一个单位的数值，即精度"),
        maybe(column("wan", Kind::Wan, "万元，供显示和排序")),
        text("measure", "计量"),
        text("bound", "限定"),
        text("role", "性质"),
        maybe(text("direction", "增减")),
        maybe(text("pattern", "由哪条规则读出")),
    ],
);

/// Names that no pattern gives: `kind`, `id`, `name`.
pub(super) const NAMES: &[(&str, &str, &str)] = &[
    ("verdict", "holds", "相符"),
    ("verdict", "undecidable", "无法判断"),
    ("verdict", "rounding", "四舍五入"),
    ("verdict", "suspect", "可疑"),
    ("verdict", "conflict", "矛盾"),
    ("measure", "yuan", "元"),
    ("measure", "percent", "%"),
    ("measure", "percent_point", "百分点"),
    ("measure", "person", "人"),
    ("measure", "score", "分"),
    ("basis", "initial", "年初预算"),
    ("basis", "adjusted", "调整预算"),
    ("basis", "received", "到位"),
    ("basis", "final", "决算"),
    ("fund", "general_public", "一般公共预算"),
    ("fund", "government", "政府性基金预算"),
    ("fund", "state_capital", "国有资本经营预算"),
    ("fund", "social_insurance", "社会保险基金预算"),
    ("fund", "other", "其他资金"),
    ("role", "level", "金额"),
    ("role", "change", "增减"),
    ("role", "unit_price", "单价"),
    ("role", "limit", "限额"),
    ("role", "share", "占比"),
    ("role", "target", "目标值"),
    ("role", "other_party", "非本单位资金"),
    ("bound", "exact", ""),
    ("bound", "about", "约"),
    ("bound", "over", "超过"),
    ("bound", "under", "不足"),
    ("bound", "at_least", "不低于"),
    ("bound", "at_most", "不超过"),
    ("nil", "none", "无"),
    ("nil", "blank", "空白"),
    ("nil", "masked", "隐去"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_stands_at_its_place_and_owners_stand_before_what_they_own() {
        assert!(T::ALL.into_iter().map(|t| t as usize).eq(0..COUNT));
        for (at, table) in TABLES.iter().enumerate() {
            let named: Vec<&str> = table.columns().map(|c| c.name).collect();
            assert_eq!(table.key.is_empty(), named[0] == "id", "{}", table.name);
            for column in table.key.iter().chain(table.indexes.iter().copied().flatten()) {
                assert!(named.contains(column), "{}.{column}", table.name);
            }
            for column in table.columns() {
                assert!(!column.about.is_empty());
                if let Kind::Owner(owner) = column.kind {
                    assert!(TABLES[..at].iter().any(|t| t.name == owner), "{}.{}", table.name, column.name);
                }
            }
        }
        for (table, name) in [(T::Record, "record"), (T::Figure, "figure"), (T::Note, "note"), (T::Cite, "cite")] {
            assert_eq!(table.table().name, name);
        }
    }
}
