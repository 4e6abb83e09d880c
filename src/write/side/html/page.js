"use strict";
(() => {
const D = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const make = (tag, cls, text) => { const e = document.createElement(tag); if (cls) e.className = cls; if (text !== undefined) e.textContent = text; return e; };
const collator = new Intl.Collator("zh-CN", { numeric: true });
const COLS = D.columns, ROWS = D.rows;
const at = (id) => COLS.findIndex((c) => c.id === id);
const unit = { yuan: "万元", percent: "%", person: "人", score: "分" };
const number = (cell) => (cell && cell.k === 1 ? cell.n : null);
const money = new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const plain = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });
const show = (cell, column) => {
  if (!cell) return "未写明";
  if (cell.k !== 1) return cell.s;
  const n = column.measure === "yuan" ? money.format(cell.n / 1e4) : plain.format(cell.n);
  return (cell.b || "") + n;
};

// Tabs
const tabs = [...document.querySelectorAll("nav button")];
const open = (name) => {
  tabs.forEach((t) => { const on = t.dataset.tab === name; t.setAttribute("aria-selected", on); t.tabIndex = on ? 0 : -1; $(t.dataset.tab).classList.toggle("on", on); });
  $("panel").classList.remove("on");
  if (name === "side") draw();
};
tabs.forEach((t, i) => {
  t.addEventListener("click", () => open(t.dataset.tab));
  t.addEventListener("keydown", (e) => {
    const to = e.key === "ArrowRight" ? i + 1 : e.key === "ArrowLeft" ? i - 1 : null;
    if (to === null) return;
    const next = tabs[(to + tabs.length) % tabs.length];
    next.focus(); open(next.dataset.tab);
  });
});

// Filters
const fill = (select, values) => values.forEach((v) => { const o = make("option", "", v[1]); o.value = v[0]; select.append(o); });
fill($("year"), [...new Set(ROWS.map((r) => r.year))].filter((y) => y !== null).sort((a, b) => b - a).map((y) => [String(y), y + "年"]));
fill($("group"), [...new Set(ROWS.map((r) => r.group || "未分类"))].sort(collator.compare).map((g) => [g, g]));
let shown = [], sort = { column: -3, down: false }, cursor = null;
const used = COLS.map((_, i) => i).filter((i) => ROWS.some((r) => r.cells[i]));
const filter = () => {
  const words = $("find").value.trim().split(/\s+/).filter(Boolean), year = $("year").value, group = $("group").value;
  const kind = $("kind").value, far = $("far").checked;
  shown = ROWS.filter((r) => (!year || String(r.year) === year) && (!group || (r.group || "未分类") === group)
    && (!kind || r.whole === (kind === "whole"))
    && (!far || r.told[0] + r.told[1] > 0 || r.cells.some((c) => c && c.o !== undefined) || r.sections.includes(2))
    && words.every((w) => (r.name + r.path).includes(w)));
  order();
};
const key = (r, c) => c === -3 ? r.name : c === -2 ? r.year : c === -1 ? (r.group || "") : c >= 1000 ? r.told[0] * 1000 + r.told[1] : r.cells[c] ? (r.cells[c].k === 1 ? r.cells[c].n : r.cells[c].s) : null;
const order = () => {
  const { column, down } = sort;
  shown.sort((a, b) => {
    const x = key(a, column), y = key(b, column);
    // What is missing stands last, whichever way.
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    let d = typeof x === "number" && typeof y === "number" ? x - y : typeof x === "number" ? -1 : typeof y === "number" ? 1 : collator.compare(x, y);
    if (down) d = -d;
    return d || collator.compare(a.name, b.name) || (a.year || 0) - (b.year || 0);
  });
  cursor = null;
  $("count").textContent = shown.length + " 行";
  $("grid").scrollTop = 0;
  draw(); charts();
};
["find", "year", "group", "kind", "far"].forEach((id) => $(id).addEventListener("input", filter));

// Comparison: only the rows in sight are in the page.
const HIGH = 32, heads = [[-3, "单位", ""], [-2, "年度", ""], [-1, "类别", ""], [1000, "问题", "矛盾/可疑"], ...used.map((i) => [i, COLS[i].name, COLS[i].formula ? (unit[COLS[i].measure] || "") : (unit[COLS[i].measure] || "")])];
const table = $("table"), head = table.createTHead().insertRow(), body = table.createTBody();
heads.forEach(([column, name, small]) => {
  const th = make("th", column < 0 ? "left" : "");
  th.append(name); if (small) th.append(make("small", "", small));
  th.tabIndex = 0; th.scope = "col"; th.dataset.column = column;
  if (column >= 0 && column < 1000 && COLS[column].formula) th.title = COLS[column].formula;
  const go = () => { sort = { column, down: sort.column === column ? !sort.down : column >= 0 }; marks(); order(); };
  th.addEventListener("click", go);
  th.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); go(); } });
  head.append(th);
});
D.sections.forEach((s) => { const th = make("th", "", s); th.append(make("small", "", "章节")); head.append(th); });
const marks = () => [...head.cells].forEach((th) => { if (Number(th.dataset.column) === sort.column) th.setAttribute("aria-sort", sort.down ? "descending" : "ascending"); else th.removeAttribute("aria-sort"); });
const line = (r, i) => {
  const tr = make("tr", "row"); tr.dataset.at = i;
  const name = make("td", "left v", r.name); name.title = r.path; name.dataset.card = "1"; tr.append(name);
  tr.append(make("td", "left", r.year === null ? "未写明" : r.year), make("td", "left", r.group || "未分类"));
  tr.append(make("td", r.told[0] ? "miss" : r.told[1] ? "far" : "none", r.told[0] + "/" + r.told[1]));
  used.forEach((c) => {
    const cell = r.cells[c], td = make("td", !cell ? "none" : cell.o !== undefined ? "v far" : cell.k ? "v" : "v none", show(cell, COLS[c]));
    td.dataset.column = c;
    if (cell && cell.o !== undefined) td.title = D.findings[cell.o].message;
    if (cursor && cursor.row === i && cursor.column === c) td.classList.add("at");
    tr.append(td);
  });
  r.sections.forEach((s) => tr.append(make("td", s === 2 ? "miss" : "none", ["有", "无", "缺"][s])));
  return tr;
};
const pad = (n) => { const tr = make("tr"), td = make("td", "pad"); td.colSpan = head.cells.length; td.style.height = n + "px"; tr.append(td); return tr; };
let all = false;
const draw = () => {
  const grid = $("grid"), from = all ? 0 : Math.max(0, Math.floor(grid.scrollTop / HIGH) - 10);
  const to = all ? shown.length : Math.min(shown.length, from + Math.ceil((grid.clientHeight || 800) / HIGH) + 20);
  const rows = []; if (from) rows.push(pad(from * HIGH));
  for (let i = from; i < to; i++) rows.push(line(shown[i], i));
  if (to < shown.length) rows.push(pad((shown.length - to) * HIGH));
  body.replaceChildren(...rows);
};
let waiting = false;
$("grid").addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); } });
addEventListener("resize", () => draw());
addEventListener("beforeprint", () => { all = true; draw(); });
addEventListener("afterprint", () => { all = false; draw(); });
body.addEventListener("click", (e) => {
  const td = e.target.closest("td"), tr = e.target.closest("tr.row"); if (!td || !tr) return;
  const r = shown[Number(tr.dataset.at)];
  if (td.dataset.card) card(r);
  else if (td.dataset.column) { cursor = { row: Number(tr.dataset.at), column: Number(td.dataset.column) }; draw(); value(r, cursor.column); }
});
$("grid").addEventListener("keydown", (e) => {
  const move = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[e.key];
  if (move && shown.length) {
    e.preventDefault();
    const k = cursor ? used.indexOf(cursor.column) : 0;
    cursor = cursor ? { row: Math.min(shown.length - 1, Math.max(0, cursor.row + move[0])), column: used[Math.min(used.length - 1, Math.max(0, k + move[1]))] } : { row: 0, column: used[0] };
    const grid = $("grid"), top = cursor.row * HIGH;
    if (top < grid.scrollTop) grid.scrollTop = top;
    if (top + 3 * HIGH > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + 3 * HIGH - grid.clientHeight;
    draw(); const cell = body.querySelector("td.at"); if (cell) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (e.key === "Enter" && cursor) value(shown[cursor.row], cursor.column);
});
addEventListener("keydown", (e) => {
  if (e.key === "Escape") close();
  if (e.key === "/" && !/INPUT|SELECT/.test(document.activeElement.tagName)) { e.preventDefault(); open("side"); $("find").focus(); }
});

// Places
const panel = $("panel");
const close = () => { panel.classList.remove("on"); draw(); };
const start = (title) => {
  panel.replaceChildren(); panel.classList.add("on"); panel.scrollTop = 0;
  const x = make("button", "x", "×"); x.setAttribute("aria-label", "关闭"); x.addEventListener("click", close);
  panel.append(x, make("h2", "", title));
};
const where = (report, p) => {
  const r = D.reports[report], div = make("div", "meta"), a = make("a", "", r.path);
  a.href = r.link + (/\.pdf$/i.test(r.path) ? "#page=" + p.page : ""); a.target = "_blank"; a.rel = "noopener";
  div.append(a, " 第" + p.page + "页 第" + p.line + "行"); return div;
};
const quote = (report, p) => {
  const r = D.reports[report], q = make("blockquote");
  if (p.p === undefined) { q.append(make("mark", "", p.quote)); return q; }
  const [from, text, before, after] = r.paragraphs[p.p], chars = [...text], a = p.start - from, b = p.end - from;
  if (before) q.append(make("span", "near", before + "\n"));
  q.append(chars.slice(0, a).join(""), make("mark", "", chars.slice(a, b).join("")), chars.slice(b).join(""));
  if (after) q.append(make("span", "near", "\n" + after));
  return q;
};
const value = (r, c) => {
  const cell = r.cells[c], column = COLS[c];
  start(r.name + (r.year === null ? "" : " " + r.year + "年"));
  panel.append(make("div", "meta", column.name + (unit[column.measure] ? "（" + unit[column.measure] + "）" : "")), make("div", "big", show(cell, column)));
  if (!cell) { panel.append(make("p", "", "报告中没有找到这一项。未写明不等于0，也不等于“无”。")); return; }
  if (cell.a) panel.append(make("div", "", cell.a));
  if (cell.w) panel.append(make("div", "why", cell.w));
  if (cell.r && cell.r[1] > 1) panel.append(make("div", "meta", "同类第 " + cell.r[0] + " 位，共 " + cell.r[1] + " 个数（由大到小）"));
  if (cell.o !== undefined) panel.append(make("div", "why", D.findings[cell.o].message));
  if (column.formula) panel.append(make("p", "meta", column.formula));
  cell.at.forEach(([report, p]) => panel.append(where(report, p), quote(report, p)));
};
const card = (r) => {
  start(r.name + (r.year === null ? "" : " " + r.year + "年"));
  panel.append(make("p", "meta", [r.group || "未分类", r.size, r.code].filter(Boolean).join("　")));
  const list = make("div", "quotes");
  used.forEach((c) => { if (!r.cells[c]) return; const b = make("button", "", COLS[c].name + "：" + show(r.cells[c], COLS[c]) + (r.cells[c].k === 1 ? unit[COLS[c].measure] || "" : "")); b.addEventListener("click", () => value(r, c)); list.append(b); });
  panel.append(list);
  r.reports.forEach((i) => { const own = D.own.filter((f) => f.reports[0] === i); own.forEach((f) => panel.append(item(f))); });
};

// Lists
const words = ["相符", "无法判断", "四舍五入", "可疑", "矛盾"];
const item = (f) => {
  const div = make("div", "item v" + f.verdict), what = make("div", "what");
  what.append(make("span", "tag", words[f.verdict]), f.title); if (f.why) what.title = f.why;
  const quotes = make("div", "quotes");
  f.at.forEach(([report, p]) => {
    const r = D.reports[report], b = make("button", "", (r.org || r.path) + (r.year ? r.year + "年：" : "：") + (p.quote.length > 40 ? p.quote.slice(0, 40) + "…" : p.quote));
    b.addEventListener("click", () => { start((r.org || r.path) + (r.year ? " " + r.year + "年" : "")); panel.append(where(report, p), quote(report, p)); });
    quotes.append(b);
  });
  div.append(what, make("div", "", f.message), quotes); return div;
};
const across = D.findings.filter((f) => f.verdict > 0), told = across.concat(D.own).sort((a, b) => b.verdict - a.verdict);
const paged = (box, list, one) => {
  let done = 0; box.replaceChildren();
  const more = () => { list.slice(done, done + 100).forEach((x) => box.append(one(x))); done += 100; };
  more(); box.onscroll = () => { if (done < list.length && box.scrollTop + box.clientHeight > box.scrollHeight - 600) more(); };
  if (!list.length) box.append(make("p", "meta", "没有。"));
};
fill($("check"), [...new Set(told.map((f) => f.title))].sort(collator.compare).map((t) => [t, t]));
const findings = () => {
  const check = $("check").value, verdict = $("verdict").value, find = $("findFinding").value.trim();
  const list = told.filter((f) => (!check || f.title === check) && (!verdict || String(f.verdict) === verdict) && (!find || f.message.includes(find) || f.at.some(([r]) => (D.reports[r].org || "").includes(find))));
  $("findingCount").textContent = list.length + " 条"; paged($("findingList"), list, item);
};
["check", "verdict", "findFinding"].forEach((id) => $(id).addEventListener("input", findings));
findings();
paged($("copyList"), D.copies, (c) => {
  const div = make("div", "item v3"), pair = make("div", "pair");
  div.append(make("div", "what", "相同程度 " + c.same + "%，" + c.characters + " 字"));
  [c.first, c.second].forEach(([report, p]) => { const side = make("div"), r = D.reports[report]; side.append(make("b", "", (r.org || r.path) + (r.year ? " " + r.year + "年" : "")), where(report, p), make("p", "", p.quote + "…")); pair.append(side); });
  div.append(pair); return div;
});
// What is large beside the peers' changes stands first.
paged($("changeList"), [...D.changes].sort((a, b) => (b.o !== undefined) - (a.o !== undefined)), (c) => {
  const from = ROWS[c.from], to = ROWS[c.to], column = COLS[c.column], div = make("div", "item" + (c.o !== undefined ? " v3" : ""));
  div.append(make("b", "", to.name + "　" + column.name), make("div", "", from.year + "年 " + show(from.cells[c.column], column) + " → " + to.year + "年 " + show(to.cells[c.column], column) + (unit[column.measure] || "") + (c.percent === null ? "" : "（" + (c.percent > 0 ? "+" : "") + c.percent + "%）")));
  if (c.o !== undefined) div.append(make("div", "why", D.findings[c.o].message));
  div.tabIndex = 0; div.setAttribute("role", "button");
  const go = () => value(to, c.column);
  div.addEventListener("click", go); div.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); go(); } });
  return div;
});
paged($("leftList"), D.left, (l) => { const div = make("div", "item"); div.append(make("b", "", l[0]), make("div", "", l[1])); return div; });

// Charts
const NS = "http://www.w3.org/2000/svg";
const svg = (tag, set, text) => { const e = document.createElementNS(NS, tag); for (const k in set) e.setAttribute(k, set[k]); if (text !== undefined) e.textContent = text; return e; };
const titled = (e, text) => { e.append(svg("title", {}, text)); return e; };
const chart = (id, title, small, root) => { const f = $(id); const cap = make("figcaption", "", title); cap.append(make("small", "", small)); f.replaceChildren(cap, root); };
const empty = () => { const s = svg("svg", { viewBox: "0 0 600 60" }); s.append(svg("text", { x: 300, y: 34, "text-anchor": "middle" }, "没有可画的数据")); return s; };
const RATE = at("ratio.execution"), SPENT = at("expenditure.total/final"), SCORE = at("score.self"), FULL = at("budget.total/adjusted"), FIRST = at("budget.total/initial");
const charts = () => {
  const rates = shown.map((r) => [number(r.cells[RATE]), r]).filter((x) => x[0] !== null).sort((a, b) => b[0] - a[0]);
  const years = new Set(shown.map((r) => r.year)).size;
  let bars = rates, small = "由高到低，共 " + rates.length + " 行";
  if (rates.length > 40) { bars = rates.slice(0, 20).concat(rates.slice(-20)); small = "最高和最低各 20 行，共 " + rates.length + " 行"; }
  let s = empty();
  if (bars.length) {
    const top = Math.max(110, ...bars.map((b) => b[0])), x = (v) => 210 + Math.min(v, 250) / Math.min(top, 250) * 320;
    s = svg("svg", { viewBox: "0 0 600 " + (bars.length * 18 + 24), role: "img", "aria-label": "各单位预算执行率" });
    bars.forEach(([v, r], i) => {
      const y = i * 18 + 4, g = svg("g", { class: "hit" });
      g.append(svg("text", { x: 202, y: y + 11, "text-anchor": "end" }, (r.name.length > 15 ? r.name.slice(0, 7) + "…" + r.name.slice(-7) : r.name) + (years > 1 && r.year ? " " + r.year : "")), svg("rect", { class: "bar" + (r.cells[RATE].o !== undefined ? " far" : ""), x: 210, y, width: Math.max(1, x(v) - 210), height: 13, rx: 2 }), svg("text", { x: x(v) + 5, y: y + 11 }, v.toFixed(2)));
      titled(g, r.name + " " + (r.year || "") + "：" + v + "%"); g.addEventListener("click", () => value(r, RATE)); s.append(g);
    });
    s.append(svg("line", { class: "ref", x1: x(100), x2: x(100), y1: 0, y2: bars.length * 18 + 4 }), svg("text", { x: x(100), y: bars.length * 18 + 20, "text-anchor": "middle" }, "100%"));
  }
  chart("rateChart", "预算执行率（%）", small, s);
  const points = shown.map((r) => [number(r.cells[FULL]) ?? number(r.cells[FIRST]), number(r.cells[SPENT]), r]).filter((p) => p[0] > 0 && p[1] > 0);
  s = empty();
  if (points.length) {
    const logs = points.flatMap((p) => [Math.log10(p[0] / 1e4), Math.log10(p[1] / 1e4)]), low = Math.floor(Math.min(...logs)), high = Math.ceil(Math.max(...logs) + 1e-9) || 1;
    const px = (v) => 64 + (Math.log10(v / 1e4) - low) / (high - low) * 510, py = (v) => 330 - (Math.log10(v / 1e4) - low) / (high - low) * 310;
    s = svg("svg", { viewBox: "0 0 600 376", role: "img", "aria-label": "预算与支出" });
    for (let e = low; e <= high; e++) {
      const v = 10 ** e * 1e4, name = plain.format(10 ** e);
      s.append(svg("line", { class: "axis", x1: px(v), x2: px(v), y1: 20, y2: 330 }), svg("line", { class: "axis", x1: 64, x2: 574, y1: py(v), y2: py(v) }), svg("text", { x: px(v), y: 347, "text-anchor": "middle" }, name), svg("text", { x: 58, y: py(v) + 4, "text-anchor": "end" }, name));
    }
    s.append(svg("line", { class: "ref", x1: 64, y1: 330, x2: 574, y2: 20 }), svg("text", { x: 319, y: 368, "text-anchor": "middle" }, "预算（万元，对数）"), svg("text", { x: 64, y: 13 }, "支出（万元，对数）"));
    points.forEach(([a, b, r]) => { const far = r.cells[RATE] && r.cells[RATE].o !== undefined, d = svg("circle", { class: "dot" + (far ? " far" : ""), cx: px(a), cy: py(b), r: far ? 6 : 4.5 }); titled(d, r.name + " " + (r.year || "") + "：预算" + money.format(a / 1e4) + "万元，支出" + money.format(b / 1e4) + "万元"); d.addEventListener("click", () => card(r)); s.append(d); });
  }
  chart("scatterChart", "预算与支出", "虚线上支出等于预算；橙色偏离同类", s);
  const spread = (id, title, column, edges) => {
    const values = shown.map((r) => number(r.cells[column])).filter((v) => v !== null);
    let g = empty();
    if (values.length) {
      const bins = edges.map(([name, a, b]) => [name, values.filter((v) => v >= a && v < b).length]), top = Math.max(...bins.map((b) => b[1])), w = 540 / bins.length;
      g = svg("svg", { viewBox: "0 0 600 230", role: "img", "aria-label": title });
      g.append(svg("line", { class: "axis", x1: 30, x2: 570, y1: 190, y2: 190 }));
      bins.forEach(([name, n], i) => { const h = n / top * 160; g.append(titled(svg("rect", { class: "bar", x: 30 + i * w + 5, y: 190 - h, width: w - 10, height: h, rx: 2 }), name + "：" + n), svg("text", { x: 30 + i * w + w / 2, y: 184 - h, "text-anchor": "middle" }, n || ""), svg("text", { x: 30 + i * w + w / 2, y: 208, "text-anchor": "middle" }, name)); });
    }
    chart(id, title, "共 " + values.length + " 个数", g);
  };
  spread("scoreChart", "自评得分分布", SCORE, [["<60", -1, 60], ["60–", 60, 80], ["80–", 80, 90], ["90–", 90, 95], ["95–", 95, 98], ["98–", 98, 100], ["100", 100, 1e9]]);
  spread("spreadChart", "执行率分布（%）", RATE, [["<70", -1, 70], ["70–", 70, 80], ["80–", 80, 90], ["90–", 90, 95], ["95–", 95, 100], ["100", 100, 100.005], [">100", 100.005, 120], [">120", 120, 1e9]]);
};
marks(); filter();
document.documentElement.dataset.ready = "1";
})();
