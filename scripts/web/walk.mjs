// A newcomer's way, walked in a browser: starts the demonstration, signs in, works, is refused in words, and tries the contract's page.
// It fails when a page asks another origin for anything, or writes an error to the console that no refusal explains.
//
//   node scripts/web/walk.mjs FOLDER      screenshots and the demonstration's data go into the folder
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const folder = resolve(process.argv[2] ?? "walk");
mkdirSync(folder, { recursive: true });

// It ends by itself, and the server with it, whatever happens.
const late = setTimeout(() => { console.error("the walk took too long"); process.exit(1); }, 300_000);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

// start builds the program and serves the demonstration on a free port.
async function start() {
  const binary = join(folder, "xiaobao");
  execFileSync("go", ["build", "-o", binary, "."], { cwd: root, stdio: "inherit" });
  const data = join(folder, "data");
  const server = spawn(binary, ["demo", "--fresh", "--listen", "127.0.0.1:0", "--data", data], { stdio: ["ignore", "pipe", openSync(join(folder, "server.log"), "w")] });
  process.on("exit", () => server.kill());
  let printed = "";
  for await (const text of server.stdout) {
    printed += text;
    if (printed.includes("REGULATOR_KEY")) break;
  }
  for (const text of ["/demo", "/docs", "/openapi.yaml", "export XIAOBAO_URL=", "export XIAOBAO_PARTNER_KEY="]) assert(printed.includes(text), `the start does not print ${text}`);
  return { server, ...JSON.parse(readFileSync(join(data, "demo-credentials.json"), "utf8")) };
}

async function browse(origin, faults) {
  const context = await chromium.launchPersistentContext(join(folder, "browser"), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, viewport: { width: 1280, height: 800 }, locale: "zh-CN",
    timezoneId: "Europe/Berlin", // not the institution's: the pages show its time all the same
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  context.setDefaultTimeout(15000);
  context.on("request", (r) => { if (!r.url().startsWith(origin + "/") && !r.url().startsWith("data:")) faults.push(`a request left the origin: ${r.url()}`); });
  context.on("weberror", (e) => faults.push(`an error in a page: ${e.error()}`));
  // A refusal that the walk means to meet is an error to the browser, too.
  const meant = [];
  context.on("console", (m) => {
    if (m.type() !== "error") return;
    const at = meant.findIndex((status) => m.text().includes(`status of ${status}`));
    if (at < 0) faults.push(`an error on the console: ${m.text()} (${m.location().url})`);
    else meant.splice(at, 1);
  });
  return { context, page: context.pages()[0], meaning: (status) => meant.push(status) };
}

const { server, base_url: origin, users, keys } = await start();
const faults = [];
let context;
try {
  const browser = await browse(origin, faults);
  context = browser.context;
  await walk(browser);
  assert.deepEqual(faults, []);
  console.log("the walk is done");
} finally {
  await context?.close();
  server.kill();
  await once(server, "exit");
  clearTimeout(late);
}

async function walk({ page, meaning }) {
  const password = (name) => users.find((u) => u.username === name).password;
  const shot = (name) => page.screenshot({ path: join(folder, name + ".png") });
  const sees = (text) => page.getByText(text).first().waitFor();
  const button = (name) => page.getByRole("button", { name, exact: true });
  const dialog = page.getByRole("dialog");
  const press = async (action, fill) => {
    await button(action).click();
    await dialog.waitFor();
    await fill?.();
    await dialog.getByRole("button", { name: action, exact: true }).click();
  };
  const signIn = async (name) => {
    await page.getByLabel("用户名").fill(name);
    await page.getByLabel("密码").fill(password(name));
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "工作清单" }).waitFor();
  };
  const open = async (id) => {
    await page.goto(`${origin}/demo#/complaint/${id}`);
    await page.getByRole("region", { name: "期限" }).waitFor();
  };

  await page.goto(origin + "/demo");
  await shot("1-sign-in");
  meaning(401);
  await page.getByLabel("用户名").fill("zhaolei");
  await page.getByLabel("密码").fill("不对");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await signIn("zhaolei");

  for (const [i, tab] of ["我的", "本部门", "已逾期", "无人负责"].entries()) {
    await page.getByRole("link", { name: tab }).click();
    await page.locator(`nav a[aria-current]:has-text("${tab}")`).waitFor();
    assert(await page.locator("tbody tr").count() > 0, `nothing stands under ${tab}`);
    await shot(`2-list-${i + 1}`);
  }
  await page.getByText("王*明").waitFor(); // masked in the list
  await page.getByLabel("含已办结").check();
  await page.locator('nav a[href$="/all"]').first().waitFor();
  await page.getByRole("link", { name: "本部门" }).click();
  await page.locator("tbody .tag.closed").first().waitFor();
  await shot("2-list-all");

  await page.getByRole("link", { name: "无人负责" }).click();
  await page.locator("tbody tr", { hasText: "安心呼叫中心" }).getByRole("link").focus();
  await page.keyboard.press("Enter"); // by keyboard alone
  await page.locator(".days .due").waitFor(); // the limit of the law, explained day by day
  await sees("起算日");
  await shot("3-complaint");

  await button("查看完整信息…").click();
  await dialog.getByLabel("证件号码").check();
  meaning(422);
  await dialog.getByRole("button", { name: "查看完整个人信息", exact: true }).click();
  await dialog.locator(".field.bad em").waitFor(); // the fault stands at its member: there is no reason
  await shot("4-reveal-refused");
  await dialog.getByLabel("理由").fill("核对来电人身份");
  await dialog.getByRole("button", { name: "查看完整个人信息", exact: true }).click();
  await page.getByText("320100198807210022").waitFor();
  await shot("4-revealed");

  await press("受理");
  await page.getByText("受理：已完成").waitFor();
  const accepted = page.getByRole("list", { name: "暂不可办理" }).getByRole("listitem").filter({ has: page.getByRole("button", { name: "受理", exact: true, disabled: true }) });
  await accepted.getByText("投诉当前所处阶段不能执行该操作").waitFor();
  await shot("5-accepted");

  meaning(409);
  await press("当场办结", async () => {
    await dialog.getByLabel("查明的事实").fill("转账因对方账户信息不符被退回。");
    await dialog.getByLabel("依据").fill("支付结算办法");
    await dialog.getByLabel("协商结果").fill("退回款项并补偿。");
    await dialog.getByLabel("调解").check();
    await dialog.getByLabel("告知方式").selectOption({ label: "电话" });
    await dialog.getByLabel("凭证编号").fill("CALL-77");
    await dialog.getByLabel("退还或补偿金额").fill("500.00");
  });
  await dialog.getByText("金额超出您的当场办结权限").waitFor();
  await shot("6-settlement-refused");
  await page.keyboard.press("Escape");

  meaning(422);
  await press("登记联系记录", async () => {
    await dialog.getByLabel("时间").fill("2099-01-01T09:00");
    await dialog.getByLabel("方式").selectOption({ label: "电话" });
    await dialog.getByLabel("方向").selectOption({ label: "我方联系投诉人" });
    await dialog.getByLabel("内容").fill("已告知款项去向和处理期限。");
  });
  await dialog.locator(".field.bad", { hasText: "时间" }).locator("em").waitFor();
  await shot("6-form-errors");
  await dialog.getByLabel("时间").fill(new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 16));
  await dialog.getByRole("button", { name: "登记联系记录", exact: true }).click();
  await page.getByText("登记联系记录：已完成").waitFor();

  await open("cmp_demo_d3");
  await sees("待审批");
  await page.getByRole("list", { name: "暂不可办理" }).waitFor();
  await shot("7-decision-as-drafter");
  await button("退出").click();
  await signIn("sunli");
  await open("cmp_demo_d3");
  await shot("7-decision-as-head");
  await press("审批处理决定");
  await page.getByText("审批处理决定：已完成").waitFor();
  await page.getByText("已审批").waitFor();
  await shot("7-decision-approved");
  await button("退出").click();

  await signIn("wuhao");
  await open("cmp_demo_d2");
  await page.reload(); // who is signed in stays so
  await sees("延期至");
  await page.setViewportSize({ width: 1280, height: 940 });
  await shot("8-extended"); // docs/demo.png is this one
  await page.setViewportSize({ width: 1280, height: 800 });

  await pillars({ page, shot, signIn, button });
  await docs(page, shot, meaning);
}

// pillars walks the pages beside the complaints: what the office sees, what legal approves, and what a handler's rights leave out.
async function pillars({ page, shot, signIn, button }) {
  const go = async (name, part) => {
    await page.getByRole("navigation", { name: "业务板块" }).getByRole("link", { name, exact: true }).click();
    await page.getByRole("region", { name: part }).waitFor();
  };
  const row = (part, text) => page.getByRole("region", { name: part, exact: true }).locator("tbody tr", { hasText: text });
  const as = async (name) => {
    await button("退出").click();
    await signIn(name);
  };
  await as("hejing");
  await go("权益保护", "销售前应告知");
  await row("销售前应告知", "产品风险告知").getByText("第 2 版").waitFor();
  await shot("10-rights");
  await page.getByLabel("产品风险等级").selectOption("");
  await row("销售前应告知", "产品风险告知").waitFor({ state: "detached" }); // only the risk of R4 and up is confirmed
  await row("权益告知文本", "综合融资成本告知").getByText("待审批").waitFor();
  assert.equal(await row("权益告知文本", "综合融资成本告知").getByRole("button", { name: "审批" }).count(), 0, "the drafter may approve");
  await row("最近的告知凭证", "ORD-7001").first().waitFor();

  await page.goto(`${origin}/demo#/complaint/cmp_demo_wealth`);
  await page.getByRole("link", { name: "ORD-7001" }).click();
  await row("当日应告知与实际告知", "金融消费者八项权利").getByText("已证明").waitFor();
  await row("当日应告知与实际告知", "产品风险告知").getByText("交易后才告知、版本已被取代").waitFor();
  await shot("10-rights-provenance");

  await go("信息安全", "个人信息清单");
  await row("授权文本", "满意度调查").getByText("现行有效").waitFor();
  await shot("11-information");
  assert(await page.getByRole("region", { name: "个人信息清单" }).locator("tbody tr").count() > 20, "the inventory is not there");
  await go("服务质量", "待整改的问题");
  await row("待整改的问题", "两家网点未公示投诉渠道").getByText("剩 2 天").waitFor();
  await row("服务标准与最近监测", "一个工作日内登记").getByText("未达标", { exact: true }).waitFor();
  await shot("12-quality");

  await as("gaofei");
  await go("信息安全", "授权文本");
  await row("授权文本", "营销").getByRole("button", { name: "审批" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "审批", exact: true }).click();
  await row("授权文本", "营销").getByText("现行有效").waitFor();
  assert.equal(await page.getByRole("region", { name: "审计存证点" }).count(), 0, "legal sees the audit");
  await shot("13-information-as-legal");
  await as("zhaolei");
  await go("服务质量", "待整改的问题");
  await row("待整改的问题", "服务标准未达标").first().waitFor();
  assert.equal(await page.getByRole("region", { name: "服务标准与最近监测" }).count(), 0, "a handler sees standards");
  await shot("14-quality-as-handler");
  await go("制度与培训", "待我确认的制度");
  await row("待我确认的制度", "消费投诉处理管理办法").getByText("消费投诉处理管理办法").click();
  await page.getByText("登记不得迟于一个工作日").first().waitFor();
  await shot("15-rules");
  await row("待我确认的制度", "消费投诉处理管理办法").getByRole("button", { name: "确认已阅读" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "确认已阅读", exact: true }).click();
  await page.getByText("没有待您确认的制度").waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  await as("hejing");
  await go("制度与培训", "阅知情况");
  await shot("15-rules-narrow");
  assert(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, "a narrow page is wider than its window");
  await page.setViewportSize({ width: 1280, height: 800 });
}

// docs tries the contract's page: the three examples, and an operation below them.
async function docs(page, shot, meaning) {
  await page.goto(origin + "/docs");
  await page.locator("#operations-Complaints-createComplaint").waitFor();
  assert(await page.locator(".opblock").count() > 30, "the operations are not there");
  const cards = page.locator(".card");
  await cards.nth(2).waitFor();
  await shot("9-docs");
  const send = async (card, operation, status, nth = 0) => {
    const one = cards.nth(card).locator(`[data-operation=${operation}]`).nth(nth);
    await one.getByRole("button", { name: "发送" }).click();
    await one.locator(".answer", { hasText: new RegExp(`^${status}`) }).waitFor();
    return one;
  };
  await cards.nth(0).getByLabel("密码").fill(users.find((u) => u.username === "zhaolei").password);
  await send(0, "createSession", 201);
  await send(0, "listComplaints", 200);
  await send(0, "getComplaint", 200);
  await cards.nth(1).getByLabel("密钥").fill(keys.find((k) => k.kind === "partner").secret);
  await send(1, "createComplaint", 201);
  await send(1, "createComplaint", 201); // the same key: the same complaint
  const found = await send(1, "listComplaints", 200);
  assert.equal((await found.locator(".answer").textContent()).match(/"number"/g).length, 1, "one reference is one complaint");
  await cards.nth(2).getByLabel("密钥").fill(keys.find((k) => k.kind === "regulator").secret);
  await send(2, "getMe", 200);
  meaning(403);
  await send(2, "listComplaints", 403);
  await shot("9-docs-sent");
  await page.locator("#swagger").scrollIntoViewIfNeeded();
  await page.evaluate(() => document.getElementById("swagger").scrollIntoView());
  await shot("9-docs-operations");

  await cards.nth(2).locator("[data-operation=getMe]").getByRole("link").click();
  const operation = page.locator("#operations-Institution-getMe");
  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
  await operation.scrollIntoViewIfNeeded();
  await shot("9-docs-operation");
  await page.getByRole("button", { name: "中文 / English" }).click();
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByText("Three users, three first requests").waitFor();
  await shot("9-docs-en");
}
