// After an error the focus stands on its summary; unsaved input asks before it is lost; a password can be looked at.

function focusSummary(root) {
  root.querySelector?.("[data-autofocus]")?.focus();
}

focusSummary(document);
document.addEventListener("htmx:after:swap", (event) => focusSummary(event.target));

document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-reveal]");
  if (!eye) return;
  const input = eye.parentElement.querySelector("input");
  input.type = input.type === "password" ? "text" : "password";
  eye.setAttribute("aria-pressed", String(input.type === "text"));
});

for (const form of document.querySelectorAll("form[data-guard]")) {
  const untouched = JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  let isSending = false;
  form.addEventListener("submit", () => (isSending = true));
  addEventListener("beforeunload", (event) => {
    const now = JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    if (!isSending && now !== untouched) event.preventDefault();
  });
}
