// How many fields of a form differ from what is stored: <k-unsaved data-form="ID" data-none data-one data-many>.

class Unsaved extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    if (!this.form) return;
    this.stored = this.values();
    const show = () => this.show();
    this.form.addEventListener("input", show);
    this.form.addEventListener("change", show);
    this.form.addEventListener("reset", () => setTimeout(show));
  }

  values() {
    const found = new Map();
    for (const [name, value] of new FormData(this.form)) {
      const text = typeof value === "string" ? value : value.name;
      found.set(name, `${found.has(name) ? `${found.get(name)}\n` : ""}${text}`);
    }
    return found;
  }

  show() {
    const now = this.values();
    const names = new Set([...this.stored.keys(), ...now.keys()]);
    const count = [...names].filter((name) => (this.stored.get(name) ?? "") !== (now.get(name) ?? "")).length;
    const words = count === 1 ? this.dataset.one : count ? this.dataset.many.replace("{n}", count) : this.dataset.none;
    if (this.textContent === words) return;
    this.textContent = words;
    if (!words) return;
    const dot = document.createElement("span");
    dot.className = "k-dot is-neg";
    dot.setAttribute("aria-hidden", "true");
    this.prepend(dot);
  }
}

customElements.define("k-unsaved", Unsaved);
