"use strict";
// The pages of the demonstration beside the complaints, by the same public operations. What this uses of demo.html is there when a page is shown.

const can = (permission) => state.me.permissions.some((p) => p.permission === permission);

// The pillars: each with its parts, and the permission that each part needs.
const PILLARS = {
  list: ["投诉处理"],
  rights: ["权益保护", ["rights_notice.read", dueBeforeSale], ["rights_notice.read", rightsNotices], ["notice_delivery.read", deliveries]],
  information: ["信息安全", ["consent_text.read", consentTexts], ["audit.read", checkpoints], ["information_inventory.read", inventory]],
  quality: ["服务质量", ["finding.read", findings], ["standard.read", standards]],
  rules: ["制度与培训", ["internal_policy.read", acknowledgements], ["policy_acknowledgement.read", coverage], ["internal_policy.read", policies]],
};
const open = (name) => name === "list" || PILLARS[name].slice(1).some(([permission]) => can(permission));
function pillars(current) {
  $("pillars").replaceChildren(...Object.keys(PILLARS).filter((name) => state.me && open(name)).map((name) =>
    h("a", { href: `#/${name}`, "aria-current": name === current && "page" }, PILLARS[name][0])));
}
// pillar shows a page: every part that the caller may see, and a refusal in its words where one is refused all the same.
async function pillar(name, what) {
  if (name === "rights" && what) return provenance(what);
  const parts = PILLARS[name].slice(1).filter(([permission]) => can(permission));
  if (!parts.length) return [h("p.card.soft", {}, "本页内容不在您的权限之内。")];
  return Promise.all(parts.map(([, part]) => part().catch(problem)));
}

// A table in a card. A cell is a text, an element or a list of them.
function table(title, heads, rows, none, ...beside) {
  return h("section.card.list.still", { "aria-label": title }, h("h2", {}, title, beside), rows.length === 0 ? h("p.soft", {}, none)
    : h("table", {}, h("thead", {}, h("tr", {}, heads.map((t) => h("th", { scope: "col" }, t)))), h("tbody", {}, rows.map((r) => h("tr", {}, r.map((c) => h("td", {}, c)))))));
}
const tag = (name, text) => h("span.tag." + name, {}, text);
const names = (list, codes) => codes.map((c) => label(list, c)).join("、");
const small = (...text) => h("small", {}, text);

// The life of a text, and the buttons of those of its steps that the caller may take.
const EDITION = { draft: ["soon", "待审批"], approved: ["soon", "待发布"], published: ["old", "已被取代"], withdrawn: ["old", "已撤回"] };
function version({ edition: e }) {
  const coming = e.state === "published" && !e.in_force && new Date(e.in_force_at) > Date.now();
  const [name, text] = e.in_force ? ["fine", "现行有效"] : coming ? ["soon", "待生效"] : EDITION[e.state] || ["old", e.state];
  return h("div.flat", {}, tag(name, text), small(`第 ${e.number} 版${e.in_force_at ? ` · ${stamp(e.in_force_at).slice(0, 10)} 起` : ""}`));
}
const people = ({ edition: e }) => [e.drafted_by.name, e.approved_by && small(`${e.approved_by.name} 审批`)];
const STEPS = { approve: ["approval", "审批", true], publish: ["publication", "发布", true], withdraw: ["withdrawal", "撤回", false], measure: ["measurements", "出具监测结果", false], acknowledge: ["acknowledgements", "确认已阅读", false] };
function steps(path, x) {
  return h("div.acts", {}, x.allowed_actions.filter((a) => STEPS[a]).map((a) => {
    const [part, text, match] = STEPS[a], fields = a === "measure" ? [F("period", x.window === "month" ? "期间（月，如 2026-03）" : "期间（季度，如 2026-Q1）", "text", { wide: true })] : [];
    const bare = a === "approve" && path !== "/standards" && path !== "/consent-texts" || a === "withdraw" || a === "acknowledge"; // these take no body
    const send = (body, key) => api("POST", `${path}/${x.id}/${part}`, { body: bare ? undefined : body || "{}", match: match && x.etag, key });
    return h("button", { type: "button", click: () => form(text, fields, send, () => { toast(`${text}：已完成`); route(); }) }, text);
  }));
}

// 权益保护
const ACT = { served: "送达", displayed: "展示", confirmed: "确认" };
const FORM = { display: "展示", reading: "宣读", confirmation: "确认" };
const rule = (r) => [`${ACT[r.act] || r.act}`, small(r.source, r.official ? "" : "（机构要求）")];
async function dueBeforeSale() {
  const select = (text, list, chosen) => h("select", { "aria-label": text, change: fill }, list.map((o) => h("option", { value: o.value, selected: o.value === chosen }, o.text)));
  const kind = select("交易类别", options("transaction_kind"), "wealth_purchase"), channel = select("渠道", options("business_channel"), "mobile_client");
  const risk = select("产品风险等级", [{ value: "", text: "无等级" }, ...[1, 2, 3, 4, 5].map((n) => ({ value: String(n), text: `R${n}` }))], "4");
  const box = h("div", {});
  async function fill() {
    const at = `/rights-notices/current?transaction_kind=${kind.value}&channel=${channel.value}${risk.value && "&risk_level=" + risk.value}`;
    const due = await api("GET", at).catch((error) => error);
    box.replaceChildren(due instanceof Error ? problem(due) : table("销售前应告知", ["告知", "最低要求", "现行版本", "内容"], due.notices.map((d) => [
      [d.notice?.title || d.code, small(d.code)], rule(d.requirement), d.notice ? version(d.notice) : tag("late", "该渠道无现行版本"), d.notice?.text || "—"]),
      "这类交易没有告知要求。", h("span.pick", {}, kind, channel, risk)));
  }
  await fill();
  return box;
}
async function rightsNotices() {
  const page = await api("GET", "/rights-notices?limit=50");
  return table("权益告知文本", ["告知", "版本", "涉及权利", "适用交易与渠道", "形式", "经办", ""], page.data.map((n) => [[n.title, small(n.code)], version(n),
    n.rights.length === 8 ? "八项权利" : names("infringed_right", n.rights), [names("transaction_kind", n.transaction_kinds), small(names("business_channel", n.channels))], FORM[n.form] || n.form, people(n), steps("/rights-notices", n)]),
  "还没有权益告知文本。");
}
const proof = (d) => [`第 ${d.edition} 版 · ${ACT[d.act] || d.act} · ${stamp(d.at)}　`, d.late && tag("late", "交易后补做"), d.late && " ", d.superseded && tag("late", "版本已被取代"), small(`${label("business_channel", d.channel)} · ${d.evidence_reference}`)];
async function deliveries() {
  const page = await api("GET", "/notice-deliveries?limit=20");
  return table("最近的告知凭证", ["交易", "交易时间", "告知", "凭证"], page.data.map((d) => [[d.transaction_reference, small(label("transaction_kind", d.transaction_kind))], stamp(d.transacted_at), d.notice_code, proof(d)]),
    "还没有告知凭证。");
}
const PROOF = { proved: ["met", "已证明"], deficient: ["late", "有瑕疵"], missing: ["late", "缺失"] };
const DEFECT = { late: "交易后才告知", superseded: "版本已被取代", weaker_act: "行为弱于要求", not_published: "未发布版本" };
async function provenance(id) {
  const [p, c] = await Promise.all([api("GET", `/complaints/${id}/notice-provenance`), api("GET", `/complaints/${id}`)]), t = p.transaction;
  return [h("div.title", {}, h("a", { href: `#/complaint/${id}` }, `← 投诉 ${c.number}`), h("h1", {}, "告知溯源"), h("span.soft.right", {}, `截至 ${stamp(p.as_of)}`)),
    section("交易", h("h2", {}, "所投诉的交易"), pairs("dl", ["交易编号", t.reference], ["类别", label("transaction_kind", t.kind)], ["交易时间", stamp(t.at)], ["风险等级", t.risk_level && `R${t.risk_level}`])),
    table("当日应告知与实际告知", ["告知", "最低要求", "当时版本", "结论", "凭证"], p.notices.map((n) => [[n.title || n.code, small(n.code)], rule(n.requirement), n.due_edition ? `第 ${n.due_edition} 版` : "—",
      [tag(...(PROOF[n.status] || ["old", n.status])), small(n.deficiencies.map((d) => DEFECT[d] || d).join("、"))], n.deliveries.length ? n.deliveries.map((d) => h("div", {}, proof(d))) : "—"]), "当日没有告知要求。"),
    h("p.soft.small", {}, `摘要 SHA-256：${p.sha256}`)];
}

// 信息安全
const LEVEL = { core: "核心", important: "重要", sensitive: "敏感", other: "其他" };
const BASIS = { law: "法定", contract: "合同", consent: "同意" };
async function consentTexts() {
  const page = await api("GET", "/consent-texts?limit=50");
  return table("授权文本", ["使用目的", "版本", "文本", "经办", ""], page.data.map((t) => [label("purpose", t.purpose), version(t), t.text_zh, people(t), steps("/consent-texts", t)]), "还没有授权文本。");
}
async function checkpoints() {
  const page = await api("GET", "/audit-checkpoints?limit=5&include_total=true");
  return table("审计存证点", ["签署时间", "条目数", "根哈希"], page.data.map((c) => [stamp(c.at), String(c.size), h("code", {}, c.root)]), "首个存证点将在条目产生数分钟后签署。", h("span.soft", {}, `共 ${page.total} 个，xiaobao verify 可逐条验证`));
}
async function inventory() {
  const all = await api("GET", "/information-inventory"), zh = (l) => l && l["zh-CN"];
  return table("个人信息清单", ["信息项", "级别", "使用目的", "依据", "收集方式", "保存"], all.data.filter((i) => i.column).map((i) => [[zh(i.item), small(i.column)],
    h("div.flat", {}, i.class && h("span.tag", {}, i.class), " ", LEVEL[i.level] || i.level), names("purpose", i.purposes) || "—", h("div.flat", {}, i.bases.map((b) => BASIS[b] || b).join("、") || "—"), zh(i.collected) || "—",
    i.retention ? h("div.flat", {}, `至少 ${i.retention.years} 年`, small(`自${zh(i.retention.from)}`, i.retention.official ? "" : "（机构规定）")) : "—"]), "清单为空。", h("span.soft", {}, zh(all.class_source)));
}

// 服务质量
const FINDING = { open: ["soon", "待整改"], acting: ["intake", "整改中"], closed: ["met", "已关闭"], reopened: ["late", "重新打开"] };
const FOUND = { infringement: "侵权认定", standard_breach: "服务标准未达标", inspection: "检查", survey: "调查问卷", manual: "人工登记" };
const RESULT = { met: ["met", "达标"], breached: ["late", "未达标"], insufficient: ["old", "样本不足"] };
async function findings() {
  const page = await api("GET", "/findings?state=open&state=acting&state=reopened&sort=due_on&limit=50&include_total=true");
  return table("待整改的问题", ["状态", "问题", "侵害的权利", "严重程度", "责任部门与责任人", "整改期限"], page.data.map((f) => [tag(...(FINDING[f.state] || ["old", f.state])), [f.title, small(FOUND[f.source.type] || f.source.type)],
    label("infringed_right", f.infringed_right), label("severity", f.severity), [f.department.name, small(f.owner ? f.owner.name : "部门负责人")], [short(f.due_on), " ", left(f.due_on)]]), "没有待整改的问题。",
  h("span.soft", {}, `共 ${page.total} 项`));
}
async function standards() {
  const [page, measured] = await Promise.all([api("GET", "/standards?limit=50"), api("GET", "/measurements?limit=200")]);
  const latest = (s) => {
    const m = measured.data.find((one) => one.standard.id === s.id); // the newest period first
    return m ? [tag(...(RESULT[m.state] || ["old", m.state])), ` ${m.value === null ? "—" : m.value + "%"}`, small(`${m.period} · ${m.kept}/${m.n}`)] : h("span.soft", {}, "尚未监测");
  };
  return table("服务标准与最近监测", ["标准", "版本", "范围", "目标", "最近监测", "责任", "经办", ""], page.data.map((s) => [[s.title, small(label("measure", s.measure))], version(s), s.department ? s.department.name : "全机构",
    [`${s.direction === "at_least" ? "≥" : "≤"} ${s.target}%`, small(`每${s.window === "month" ? "月" : "季度"}，样本 ≥ ${s.minimum_sample}`)], latest(s), s.owner ? s.owner.name : s.owner_department.name, people(s), steps("/standards", s)]),
  "还没有服务标准。");
}

// 制度与培训
const text = (p) => [h("details", { toggle: async (e) => {
  if (!e.target.open || e.target.childElementCount > 1) return;
  const one = await api("GET", `/internal-policies/${p.id}`).catch((error) => error);
  e.target.append(one instanceof Error ? problem(one) : h("p.said", {}, one.text));
} }, h("summary", {}, p.title)), small(label("rule_set_kind", p.rule_set))];
async function acknowledgements() {
  const page = await api("GET", "/internal-policies?acknowledgement=due&limit=50");
  return table("待我确认的制度", ["制度（点击阅读）", "版本", "确认期限", ""], page.data.map((p) => [text(p), version(p), [short(p.acknowledgement.due_on), " ", left(p.acknowledgement.due_on)], steps("/internal-policies", p)]),
    "没有待您确认的制度。");
}
async function coverage() {
  const all = await api("GET", "/internal-policy-coverage"), lacking = all.rule_sets.filter((r) => r.required && r.status === "missing");
  return table("阅知情况", ["制度", "截止", "已确认", "未确认的部门"], all.policies.map((p) => [p.policy.title, p.due_on || "—", `${p.acknowledged}/${p.required}（${p.percent}%）`,
    p.units.filter((u) => u.acknowledged < u.required).map((u) => `${u.department.name} ${u.required - u.acknowledged} 人`).join("、") || "—"]), "没有现行有效的制度。",
  h("span.soft", { title: lacking.map((r) => label("rule_set_kind", r.rule_set)).join("、") }, `九类制度中 ${lacking.length} 类尚无现行制度`));
}
async function policies() {
  const page = await api("GET", "/internal-policies?limit=50");
  return table("制度库", ["制度（点击阅读）", "版本", "适用范围", "复审日期", "经办", ""], page.data.map((p) => [text(p), version(p),
    [p.audience.departments.map((d) => d.name).join("、"), names("role", p.audience.roles)].filter(Boolean).join("；") || "全体人员", p.review_due_on, people(p), steps("/internal-policies", { ...p, allowed_actions: p.allowed_actions.filter((a) => a !== "acknowledge") })]),
  "还没有制度。");
}
