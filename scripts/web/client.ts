// A partner's first program against the contract, in TypeScript. It is compiled, never run: what it guards is that the types made
// from openapi.yaml carry what a partner needs, and refuse what the contract refuses.
import createClient from "openapi-fetch";
import type { components, paths } from "./contract";

type Row = components["schemas"]["ComplaintSummary"];

export async function overdue(baseUrl: string, key: string): Promise<Row[]> {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
  const rows: Row[] = [];
  let page_token: string | undefined;
  do {
    const { data, error } = await client.GET("/v1/complaints", {
      params: { query: { overdue: true, stage: ["investigation", "feedback"], limit: 200, page_token } },
    });
    if (error) throw new Error(`${error.code}: ${error.title}`);
    rows.push(...data.data);
    page_token = data.next_page_token ?? undefined;
  } while (page_token);
  return rows;
}

export async function register(baseUrl: string, key: string): Promise<string> {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
  const { data, error } = await client.POST("/v1/complaints", {
    params: { header: { "Idempotency-Key": "CC-20260324-17" } },
    body: {
      source: "own",
      external_reference: "CC-20260324-17",
      complainant: { kind: "person", name: "王小明", phone: "13812345678" },
      amount_in_dispute: { amount: "12.00", currency: "CNY" },
      request: "退还重复收取的费用。",
      narrative: "同一笔消费被收取两次手续费。",
    },
  });
  if (error) throw new Error(error.errors?.map((e) => `${e.pointer}: ${e.detail}`).join("\n") ?? error.code);

  // @ts-expect-error a complaint that says nothing of the complainant is not one
  await client.POST("/v1/complaints", { body: { source: "own" } });
  // @ts-expect-error money is text: a number would lose cents
  const amount: components["schemas"]["Money"] = { amount: 12, currency: "CNY" };
  // @ts-expect-error nobody yet is responsible, perhaps
  const responsible: string = data.responsible.name;

  return data.number;
}
