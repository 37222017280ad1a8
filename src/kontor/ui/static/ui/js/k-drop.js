// A place for files: the whole page takes a drop, pictures can be pasted. With data-upload each file is sent at once
// with its own progress; with data-send the form goes off as soon as files are there; without either the files wait
// in the field for the form.

class Drop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector(".k-files");
    this.input.addEventListener("change", () => this.show([...this.input.files]));
    this.events = { dragover: (e) => this.over(e), dragleave: (e) => this.out(e), drop: (e) => this.dropped(e), paste: (e) => this.pasted(e) };
    for (const [name, listen] of Object.entries(this.events)) document.addEventListener(name, listen);
  }

  disconnectedCallback() {
    for (const [name, listen] of Object.entries(this.events)) document.removeEventListener(name, listen);
    this.veil?.remove();
  }

  over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (this.veil) return;
    this.veil = document.createElement("div");
    this.veil.className = "k-drop-veil";
    this.veil.textContent = this.dataset.veil ?? this.querySelector("b")?.textContent ?? "";
    document.body.append(this.veil);
  }

  out(event) {
    if (event.relatedTarget) return;
    this.veil?.remove();
    this.veil = null;
  }

  dropped(event) {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.out({});
    this.take(event.dataTransfer.files);
  }

  pasted(event) {
    if (event.clipboardData?.files.length && !event.target.matches("input, textarea")) this.take(event.clipboardData.files);
  }

  take(files) {
    const box = new DataTransfer();
    for (const file of this.input.multiple ? files : [files[0]]) box.items.add(file);
    this.input.files = box.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show(files) {
    if ("send" in this.dataset) {
      if (files.length) this.input.form.requestSubmit();
      return;
    }
    if (!this.dataset.upload) this.list.replaceChildren();
    for (const file of files) {
      const line = document.createElement("li");
      const name = Object.assign(document.createElement("b"), { textContent: file.name });
      const size = Object.assign(document.createElement("span"), { className: "k-sub", textContent: sized(file.size) });
      line.append(document.createElement("span"), name, size);
      this.list.append(line);
      if (this.dataset.upload) this.send(file, line, size);
    }
    if (this.dataset.upload) this.input.value = "";
  }

  send(file, line, state) {
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    line.append(bar);
    const body = new FormData();
    body.append(this.input.name, file);
    const request = new XMLHttpRequest();
    request.open("POST", this.dataset.upload);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = (event) => event.lengthComputable && (bar.value = (100 * event.loaded) / event.total);
    request.onerror = () => this.failed(file, line, state, bar);
    request.onload = () => (request.status < 400 ? this.done(request, line, bar) : this.failed(file, line, state, bar, request.responseText));
    request.send(body);
  }

  done(request, line, bar) {
    bar.remove();
    const target = request.getResponseHeader("HX-Redirect");
    if (target && this.list.querySelectorAll("progress").length === 0) location.assign(target);
    else if (request.responseText) line.innerHTML = request.responseText;
    this.dispatchEvent(new CustomEvent("k-uploaded", { bubbles: true }));
  }

  failed(file, line, state, bar, text) {
    bar.remove();
    line.classList.add("k-neg");
    state.textContent = (text && text.length < 300 ? text : "") || this.dataset.failed || "!";
  }
}

function sized(bytes) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(bytes / 1000);
}

function csrfToken() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

customElements.define("k-drop", Drop);
