// The appearance changes at once; the server keeps it.

class Theme extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.chosen(event));
  }

  chosen(event) {
    const button = event.target.closest("button[name=theme]");
    if (!button) return;
    event.preventDefault();
    if (button.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = button.value;
    for (const other of document.querySelectorAll("k-theme button")) other.setAttribute("aria-pressed", String(other.value === button.value));
    const body = new FormData(button.form, button);
    fetch(button.form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  }
}

customElements.define("k-theme", Theme);
