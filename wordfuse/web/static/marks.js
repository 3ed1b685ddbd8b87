// "This": a point on the picture, or paint over it.

import { $, el, post } from "/static/dom.js";

const STEP = 0.01; // of the picture, for an arrow key
const FAR = 0.05; // with Shift

export class Marks {
  constructor(view, address, tell) {
    this.view = view;
    this.address = address;
    this.tell = tell;
    this.mode = "compare";
    this.cross = { x: 0.5, y: 0.5 };
    this.chosen = null; // the mark that "this" is
    this.changed = () => {}; // told when it is another
    this.strokes = [];
    for (const radio of document.querySelectorAll('input[name="mode"]')) {
      radio.addEventListener("change", () => radio.checked && this.become(radio.value));
    }
    const pen = $("pen");
    pen.addEventListener("pointerdown", (event) => this.down(event));
    pen.addEventListener("pointermove", (event) => this.moved(event));
    pen.addEventListener("pointerup", () => this.up());
    pen.addEventListener("pointercancel", () => this.up());
    pen.addEventListener("keydown", (event) => this.key(event));
    this.clear();
  }

  become(mode) {
    this.mode = mode;
    const marking = mode !== "compare";
    $("pen").hidden = !marking;
    $("divider").hidden = marking;
    $("handle").hidden = marking;
    $("brush").disabled = mode !== "paint";
    $("cross").hidden = mode !== "point";
    $("pen").setAttribute("aria-label", mode === "paint" ? "Paint over the picture" : "Point at the picture");
    this.view.whole = marking; // what is marked is seen on the whole picture
    this.view.move();
    this.placeCross();
  }

  // The ring is seen while something is marked there, or while the keyboard moves it.
  placeCross() {
    $("cross").style.left = `${100 * this.cross.x}%`;
    $("cross").style.top = `${100 * this.cross.y}%`;
  }

  key(event) {
    const step = event.shiftKey ? FAR : STEP;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (move && this.mode === "point") {
      event.preventDefault();
      const within = (value) => Math.min(0.999, Math.max(0, value));
      this.cross = { x: within(this.cross.x + move[0]), y: within(this.cross.y + move[1]) };
      this.placeCross();
      this.view.look(this.crossAt());
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (this.mode === "point") this.point(this.crossAt());
    }
  }

  crossAt() {
    return { x: this.cross.x * this.view.width, y: this.cross.y * this.view.height };
  }

  down(event) {
    if (event.button !== 0) return;
    const at = this.view.at(event);
    if (this.mode === "point") {
      this.cross = { x: at.x / this.view.width, y: at.y / this.view.height };
      this.point(at);
      return;
    }
    $("pen").setPointerCapture(event.pointerId);
    const box = this.view.frame.getBoundingClientRect();
    const canvas = $("paint");
    if (!this.strokes.length) {
      canvas.width = Math.round(box.width);
      canvas.height = Math.round(box.height);
    }
    canvas.hidden = false;
    $("cross").classList.remove("pointed");
    this.view.veil("");
    this.strokes.push([[at.x, at.y]]);
    this.drawing = true;
    this.draw();
  }

  moved(event) {
    if (!this.drawing) return;
    const stroke = this.strokes.at(-1);
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const at = this.view.at(one);
      const [x, y] = stroke.at(-1);
      // Fast mice and pens tell a thousand points a second, most of which add nothing to a stroke so broad.
      if (Math.hypot(at.x - x, at.y - y) < this.radius / 4) continue;
      if (stroke.length < 4000) stroke.push([Math.round(at.x * 10) / 10, Math.round(at.y * 10) / 10]);
    }
    this.draw();
  }

  get radius() {
    return (Number($("brush").value) / 1000) * Math.max(this.view.width, this.view.height);
  }

  draw() {
    const canvas = $("paint");
    const scale = canvas.width / this.view.width;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = "rgb(255 150 60)";
    pen.lineWidth = Math.max(2, 2 * this.radius * scale);
    pen.lineCap = pen.lineJoin = "round";
    pen.globalAlpha = 0.6;
    pen.beginPath();
    for (const stroke of this.strokes) {
      pen.moveTo(stroke[0][0] * scale, stroke[0][1] * scale);
      for (const [x, y] of stroke) pen.lineTo(x * scale, y * scale + 0.01);
    }
    pen.stroke();
  }

  async up() {
    if (!this.drawing) return;
    this.drawing = false;
    await this.ask("paint", { strokes: this.strokes, radius: Math.max(0.5, this.radius) });
  }

  point(at) {
    this.strokes = [];
    $("paint").hidden = true;
    this.placeCross();
    $("cross").classList.add("pointed");
    return this.ask("point", { x: at.x, y: at.y });
  }

  async ask(act, sent) {
    $("marked").replaceChildren(el("span", { text: "Looking at what is there ..." }));
    try {
      const { marks } = await post(`${this.address}/${act}`, sent);
      this.offer(marks);
    } catch (error) {
      this.clear();
      this.tell(error.message, true);
    }
  }

  // The regions that may be meant; the first is taken until another is chosen.
  offer(marks) {
    const choose = (mark) => {
      this.chosen = mark;
      this.changed();
      this.view.marked = `${this.address}/drawn/${mark.id}`;
      this.view.veil(this.view.marked);
      for (const button of $("marked").querySelectorAll("[data-mark]")) {
        button.setAttribute("aria-pressed", button.dataset.mark === mark.id);
      }
      if (this.strokes.length) $("paint").hidden = true;
    };
    const share = (area) => (area >= 0.001 ? `${(100 * area).toFixed(1)}%` : "under 0.1%");
    $("marked").replaceChildren(
      el("span", { text: "“this” is" }),
      ...marks.map((mark) =>
        el("button", {
          type: "button",
          "data-mark": mark.id,
          "aria-pressed": false,
          text: `${mark.told}, ${share(mark.area)}`,
          title: `${share(mark.area)} of the picture`,
          onclick: () => choose(mark),
        }),
      ),
      el("button", { type: "button", text: "Unmark", onclick: () => this.clear() }),
    );
    choose(marks[0]);
    if (!$("words").value) $("words").placeholder = "make this brighter";
  }

  clear() {
    this.chosen = null;
    this.changed();
    this.strokes = [];
    $("paint").hidden = true;
    $("cross").classList.remove("pointed");
    this.view.marked = "";
    this.view.veil("");
    $("words").placeholder = "make the people stand out";
    $("marked").replaceChildren(
      el("span", { text: "Nothing is marked. Choose Point or Paint to say “make this brighter”." }),
    );
  }
}
