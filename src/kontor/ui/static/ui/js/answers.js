// Answers come in the order of the questions. A look (GET, or what says itself that it may be replaced: hx-sync="…:replace")
// gives way to whatever is asked after it for the same place; an act is always answered, and what is asked for its place
// meanwhile waits for that. What an answer replaces takes the looks along that were asked for its inside.

const running = new Set();

const isLook = (ctx) => ctx.request.method === "GET" || /:replace$/.test(ctx.sourceElement.getAttribute("hx-sync") ?? "");

function begin({ detail: { ctx } }) {
  const rivals = [...running].filter((other) => other.target === ctx.target);
  for (const other of rivals) if (isLook(other)) other.request.abort();
  const acts = rivals.filter((other) => !isLook(other)).map((act) => act.answered);
  if (acts.length) ctx.fetch = (...asked) => Promise.all(acts).then(() => fetch(...asked));
  ctx.answered = new Promise((resolve) => (ctx.end = resolve));
  running.add(ctx);
}

function replace({ detail: { ctx } }) {
  for (const other of running) {
    if (other.target !== ctx.target && ctx.target?.contains(other.target) && isLook(other)) other.request.abort();
  }
}

function end({ detail: { ctx } }) {
  running.delete(ctx);
  ctx.end?.();
}

document.addEventListener("htmx:before:request", begin);
document.addEventListener("htmx:before:swap", replace);
document.addEventListener("htmx:finally:request", end);
