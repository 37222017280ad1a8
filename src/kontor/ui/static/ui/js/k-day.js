// A day as text: ↑ a day later, ↓ a day earlier, "3", "3.11", "+7" and "heute" become a whole date when the field is left.

const DAY_MS = 86_400_000;
const TODAY = new Set(["heute", "today", "h", "t"]);

class Day extends HTMLElement {
  connectedCallback() {
    if (this.input && this.contains(this.input)) return;
    this.input = this.querySelector("input:not([type=date])");
    this.picker = this.querySelector("input[type=date]");
    const button = this.querySelector("[data-calendar]");
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("change", () => this.settle());
    if (!button || !this.picker?.showPicker) return;
    button.hidden = false;
    button.addEventListener("click", () => this.pick());
    this.picker.addEventListener("change", () => this.picker.value && this.write(new Date(`${this.picker.value}T00:00:00Z`)));
  }

  pick() {
    const day = parseDay(this.input.value);
    this.picker.value = day ? day.toISOString().slice(0, 10) : "";
    this.picker.showPicker();
  }

  pressed(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const day = parseDay(this.input.value || "heute");
    if (day) this.write(new Date(day.getTime() + step * DAY_MS));
  }

  settle() {
    const day = parseDay(this.input.value);
    if (day) this.input.value = written(day);
  }

  write(day) {
    this.input.value = written(day);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function written(day) {
  const two = (figure) => String(figure).padStart(2, "0");
  return `${two(day.getUTCDate())}.${two(day.getUTCMonth() + 1)}.${day.getUTCFullYear()}`;
}

function today() {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}

function parseDay(text) {
  const word = text.trim().toLowerCase();
  const base = today();
  if (TODAY.has(word)) return base;
  const offset = /^([+-]\d{1,4})$/.exec(word);
  if (offset) return new Date(base.getTime() + Number(offset[1]) * DAY_MS);
  const found = /^(\d{1,2})(?:\.(\d{1,2})?(?:\.(\d{2}|\d{4})?)?)?$/.exec(word) || /^(\d{2})(\d{2})(\d{2}|\d{4})?$/.exec(word);
  if (!found) return null;
  const month = found[2] ? Number(found[2]) - 1 : base.getUTCMonth();
  const year = found[3] ? Number(found[3]) + (found[3].length === 2 ? 2000 : 0) : base.getUTCFullYear();
  const day = new Date(Date.UTC(year, month, Number(found[1])));
  return day.getUTCMonth() === month && day.getUTCDate() === Number(found[1]) ? day : null;
}

customElements.define("k-day", Day);
