// Cutting a receipt out of its photo: four corners and four edges to drag or to move by arrow keys, and turning.
// Corners are shares of the upright whole page, clockwise from the top left. Each change is sent after a moment.

const WAIT_MS = 500;
const STEP = 0.01;
const WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]];
const SIDE_MIN = 0.03;

class Crop extends HTMLElement {
  connectedCallback() {
    this.figure = this.querySelector("figure");
    this.image = this.querySelector("img");
    this.turn = Number(this.dataset.turn) || 0;
    this.stage = this.closest(".k-stage");
    this.rotate = () => this.rotated();
    this.stage.querySelector("[data-rotate]")?.addEventListener("click", this.rotate);
    this.watcher = new ResizeObserver(() => this.fit());
    this.watcher.observe(this);
    if (this.image.complete && this.image.naturalWidth) this.start();
    else this.image.addEventListener("load", () => this.start(), { once: true });
  }

  disconnectedCallback() {
    this.watcher.disconnect();
    if (this.timer) this.post();
  }

  start() {
    this.fit();
    if ("plain" in this.dataset) return;
    const found = read(this.dataset.found);
    this.corners = read(this.dataset.corners) ?? found ?? WHOLE.map((point) => [...point]);
    this.handles = [...this.querySelectorAll(".k-handle")];
    this.handles.forEach((handle, place) => this.arm(handle, place));
    this.querySelector(".k-crop").removeAttribute("hidden");
    this.show();
    this.flag(this.dataset.corners ? this.dataset.setWords : found ? this.dataset.foundWords : this.dataset.plainWords);
    if (!this.dataset.corners && found) this.later();
  }

  arm(handle, place) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      this.from = this.share(event);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const now = this.share(event);
      this.move(place, now[0] - this.from[0], now[1] - this.from[1]);
      this.from = now;
    });
    handle.addEventListener("pointerup", () => this.later());
    handle.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      if (!way) return;
      event.preventDefault();
      this.move(place, ...way);
      this.later();
    });
  }

  /** Return where the pointer is on the upright page. */
  share(event) {
    const box = this.figure.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    return { 0: [x, y], 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] }[this.turn];
  }

  move(place, x, y) {
    const moved = this.corners.map((point) => [...point]);
    for (const corner of place < 4 ? [place] : [place - 4, (place - 3) % 4]) {
      moved[corner] = [clamp(moved[corner][0] + x), clamp(moved[corner][1] + y)];
    }
    if (!isConvex(moved)) return;
    this.corners = moved;
    this.show();
  }

  show() {
    const points = this.corners.map(([x, y]) => [100 * x, 100 * y]);
    const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const at = (a, b, share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
    const [one, two, three, four] = points;
    const line = (a, b) => `M${a.join(" ")}L${b.join(" ")}`;
    this.querySelector(".k-crop-line").setAttribute("points", points.map((point) => point.join(",")).join(" "));
    this.querySelector(".k-crop-dim").setAttribute("d", `M0 0H100V100H0ZM${points.map((point) => point.join(",")).join("L")}Z`);
    this.querySelector(".k-crop-grid").setAttribute("d", [1 / 3, 2 / 3].map((share) => line(at(one, two, share), at(four, three, share)) + line(at(one, four, share), at(two, three, share))).join(""));
    [...points, middle(one, two), middle(two, three), middle(three, four), middle(four, one)].forEach(([x, y], place) => {
      this.handles[place].style.left = `${x}%`;
      this.handles[place].style.top = `${y}%`;
    });
  }

  /** Lay the page into the free space, turned as it is. */
  fit() {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    if (!width) return;
    const style = getComputedStyle(this);
    const room = [this.clientWidth - parseFloat(style.paddingLeft) * 2, this.clientHeight - parseFloat(style.paddingTop) * 2];
    const isLying = this.turn % 180 !== 0;
    const scale = Math.min(room[0] / (isLying ? height : width), room[1] / (isLying ? width : height));
    const size = [width * scale, height * scale];
    this.figure.classList.add("is-fitted");
    Object.assign(this.figure.style, {
      width: `${size[0]}px`, height: `${size[1]}px`, left: `${(this.clientWidth - size[0]) / 2}px`, top: `${(this.clientHeight - size[1]) / 2}px`, rotate: `${this.turn}deg`,
    });
  }

  rotated() {
    this.turn = (this.turn + 90) % 360;
    this.fit();
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.post(), WAIT_MS);
  }

  async post() {
    clearTimeout(this.timer);
    this.timer = null;
    const body = new FormData();
    body.append("page", this.dataset.page);
    body.append("turn", this.turn);
    body.append("corners", this.corners && !isWhole(this.corners) ? JSON.stringify(this.corners) : "");
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { "X-Fragment": "crop", "X-CSRFToken": token };
    // One after the other, so that an earlier cut never overtakes a later one.
    this.sent = Promise.resolve(this.sent).then(() => fetch(this.dataset.url, { method: "POST", body, headers, keepalive: true }).catch(() => null));
    await this.sent;
    this.dispatchEvent(new CustomEvent("k-cropped", { bubbles: true }));
  }

  flag(words) {
    const flag = this.querySelector("[data-flag]");
    if (!flag) return;
    flag.hidden = !words;
    flag.lastElementChild.textContent = words || "";
  }
}

const clamp = (share) => Math.min(1, Math.max(0, share));
const isWhole = (corners) => corners.every((point, place) => point.every((share, axis) => share === WHOLE[place][axis]));

function read(text) {
  return text ? JSON.parse(text) : null;
}

function isConvex(points) {
  return points.every((here, place) => {
    const after = points[(place + 1) % 4];
    const beyond = points[(place + 2) % 4];
    const across = (after[0] - here[0]) * (beyond[1] - after[1]) - (after[1] - here[1]) * (beyond[0] - after[0]);
    return across > 0 && Math.max(Math.abs(after[0] - here[0]), Math.abs(after[1] - here[1])) > SIDE_MIN;
  });
}

customElements.define("k-crop", Crop);
