// What a newcomer meets first: three users and the first request of each, sent from here, and below them the whole contract.
"use strict";
const say = (zh, en) => [{ lang: "zh-CN", text: zh }, { lang: "en", text: en }];

// h makes an element: h("p.soft", {title: "x"}, "text", say("中", "en"), ...).
function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const e = document.createElement(tag);
  if (classes.length) e.className = classes.join(" ");
  for (const [k, v] of Object.entries(attributes || {})) typeof v === "function" ? e.addEventListener(k, v) : e.setAttribute(k, v);
  for (const c of children.flat()) e.append(c.lang ? Object.assign(document.createElement("span"), { lang: c.lang, textContent: c.text }) : c);
  return e;
}

const language = document.documentElement;
document.getElementById("language").addEventListener("click", () => { language.lang = language.lang === "en" ? "zh-CN" : "en"; });
if (!navigator.language.startsWith("zh")) language.lang = "en";

let ui, operations;
const use = (token) => ui.authActions.authorize({ bearer: { name: "bearer", value: token, schema: { type: "http", scheme: "bearer" } } });

// Who signs in by the operation below is signed in for the others.
function signedIn(response) {
  if (response.url.endsWith("/v1/sessions") && response.status === 201) use(JSON.parse(response.text).access_token);
  return response;
}

// open shows an operation of the contract.
function open(tag, operation) {
  ui.layoutActions.show(["operations-tag", tag], true);
  ui.layoutActions.show(["operations", tag, operation], true);
  setTimeout(() => document.getElementById(`operations-${tag}-${operation}`)?.scrollIntoView({ behavior: "smooth" }), 100);
}

// example is one request of a card: as a line for a shell, and sent from here. None is shown of an operation that the contract does not have.
function example({ title, tag, operation, method, path, headers = {}, body, token, keeps, grep, then }) {
  if (!operations.has(operation)) return "";
  const answer = h("pre.answer", { hidden: "", tabindex: "0" });
  const shell = () => {
    const lines = [`curl -s "$XIAOBAO_URL${path()}"`];
    if (token) lines.push(`-H "Authorization: Bearer $${token}"`);
    for (const [k, v] of Object.entries(headers)) lines.push(`-H "${k}: ${v}"`);
    if (body) lines.push(`-H "Content-Type: application/json"`, `-d '${JSON.stringify(body(true))}'`);
    const line = lines.join(" \\\n  ");
    return keeps ? `${keeps}=$(${line} \\\n  | grep -o '${grep}')` : line;
  };
  const code = h("pre", { tabindex: "0" }, shell());
  document.addEventListener("change", () => { code.textContent = shell(); }); // another user, another line
  async function send() {
    const sent = { method, headers: { "Accept-Language": language.lang, ...headers } };
    if (tokens[token]) sent.headers.Authorization = `Bearer ${tokens[token]()}`;
    if (body) Object.assign(sent, { body: JSON.stringify(body(false)) }).headers["Content-Type"] = "application/json";
    const response = await fetch(path(), sent);
    const text = await response.text();
    const value = text ? JSON.parse(text) : null;
    answer.hidden = false;
    answer.classList.toggle("bad", !response.ok);
    answer.textContent = `${response.status}\n${JSON.stringify(value, null, 2)}`;
    if (response.ok && then) then(value);
  }
  const copy = h("button.plain", { type: "button", click: () => navigator.clipboard?.writeText(shell()) }, say("复制", "Copy"));
  return h("div.try", { "data-operation": operation },
    h("h3", {}, title, h("a", { href: `#/${tag}/${operation}`, click: (e) => { e.preventDefault(); open(tag, operation); } }, say("查看契约 ↓", "In the contract ↓"))),
    code, h("button", { type: "button", click: send }, say("发送", "Send")), " ", copy, answer);
}

const tokens = {};
const keyField = (name, label) => {
  const input = h("input", { type: "password", autocomplete: "off", spellcheck: "false", placeholder: "xbk_live_…", change: () => use(input.value.trim()) });
  tokens[name] = () => input.value.trim();
  return h("label", {}, label, input);
};

function card(number, title, text, ...content) {
  return h("article.card", {}, h("h2", {}, h("i", {}, String(number)), title), h("p", {}, text), content);
}

function frontend(x) {
  const user = h("select", {}, x.users.map((u) => h("option", { value: u.username }, `${u.username} · ${u.name} · ${u.department}`)));
  const password = h("input", { type: "password", autocomplete: "off" });
  let token = "";
  tokens.TOKEN = () => token;
  user.value = "zhaolei";
  return card(1, say("前端团队", "A frontend team"), say("登录，取自己的工作清单；每行带 etag 与 allowed_actions，按钮由此画出。", "Signs in and lists the work; each row has its etag and allowed_actions, from which buttons are drawn."),
    h("div.pair", {}, h("label", {}, say("用户", "User"), user), h("label", {}, say("密码", "Password"), password)),
    example({ title: "POST /v1/sessions", tag: "Sessions", operation: "createSession", method: "POST", path: () => "/v1/sessions",
      body: (shown) => ({ username: user.value, password: shown ? "…" : password.value }), keeps: "TOKEN", grep: "xbs_live_[^\"]*", then: (s) => { token = s.access_token; use(token); } }),
    example({ title: "GET /v1/complaints", tag: "Complaints", operation: "listComplaints", method: "GET", token: "TOKEN",
      path: () => "/v1/complaints?stage=intake&stage=investigation&stage=feedback&sort=act_by_on&limit=3" }),
    example({ title: `GET /v1/complaints/{complaint_id}`, tag: "Complaints", operation: "getComplaint", method: "GET", token: "TOKEN",
      path: () => `/v1/complaints/${x.complaints[2].id}?expand=clocks&expand=decision` }));
}

function partner(x) {
  const reference = `TRY-${Date.now()}`;
  return card(2, say("合作机构", "A partner"), say("用密钥报送投诉：同一 external_reference 永远是同一件；重复发送不会多出一件。", "Files a complaint with its key: one external_reference is one complaint for ever, however often it is sent."),
    keyField("XIAOBAO_PARTNER_KEY", say("密钥", "Key"), x),
    example({ title: "POST /v1/complaints", tag: "Complaints", operation: "createComplaint", method: "POST", token: "XIAOBAO_PARTNER_KEY", path: () => "/v1/complaints",
      headers: { "Idempotency-Key": reference }, body: () => ({ source: "own", external_reference: reference,
        complainant: { kind: "person", name: "王小明", phone: "13812345678" }, business_code: "credit_card", cause_code: "pricing",
        request: "退还重复收取的费用。", narrative: "同一笔消费被收取两次手续费。" }) }),
    example({ title: "GET /v1/complaints", tag: "Complaints", operation: "listComplaints", method: "GET", token: "XIAOBAO_PARTNER_KEY",
      path: () => `/v1/complaints?external_reference=${reference}` }));
}

function regulator() {
  return card(3, say("监管部门", "A regulator"), say("看得到汇总报表，看不到任何一件投诉：最后一个请求被拒绝，并说明缺少什么权限。", "Pulls reports and reads no single complaint: the last request is refused, and says which permission is missing."),
    keyField("XIAOBAO_REGULATOR_KEY", say("密钥", "Key")),
    example({ title: "GET /v1/me", tag: "Institution", operation: "getMe", method: "GET", token: "XIAOBAO_REGULATOR_KEY", path: () => "/v1/me" }),
    example({ title: "GET /v1/report-definitions", tag: "Reports", operation: "listReportDefinitions", method: "GET", token: "XIAOBAO_REGULATOR_KEY", path: () => "/v1/report-definitions" }),
    example({ title: "GET /v1/complaints", tag: "Complaints", operation: "listComplaints", method: "GET", token: "XIAOBAO_REGULATOR_KEY", path: () => "/v1/complaints" }));
}

async function begin() {
  const contract = await (await fetch("/openapi.json")).json();
  operations = new Set(Object.values(contract.paths).flatMap((p) => Object.values(p).map((o) => o.operationId)));
  ui = SwaggerUIBundle({
    spec: contract, dom_id: "#swagger", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: -1, displayRequestDuration: true,
    filter: true, tryItOutEnabled: true, validatorUrl: null, responseInterceptor: signedIn,
  });
  let x = { users: [{ username: "zhaolei", name: "…", department: "…" }], clients: [], complaints: [{ id: "" }, { id: "" }, { id: "{complaint_id}" }] };
  const live = document.body.dataset.examples;
  if (live) x = await (await fetch(live)).json();
  document.getElementById("work-list").hidden = !live;
  document.getElementById("cards").append(frontend(x), partner(x), regulator(x));
}
begin();
