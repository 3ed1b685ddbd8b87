// The time line of a film: which frame is looked at, which one is talked about, and what was made of all of them.

import { $, el, get } from "/static/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SOURCES = ["infrared", "visible"];

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

export class Film {
  // `act` sends an act; `busy` tells whether something is at work.
  constructor(view, address, act, busy) {
    this.view = view;
    this.address = address;
    this.act = act;
    this.busy = busy;
    this.reel = null; // when each frame is shown; null: it is a pair of pictures, or not open yet
    this.number = 0; // of the frame that is looked at
    this.at = null; // of the frame that is talked about
    this.made = [];
    this.kept = null; // what was chosen left and right at the frame that is talked about
    $("time").addEventListener("input", () => this.seek(Number($("time").value)));
    $("play").addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    $("here").addEventListener("click", () => this.here());
    $("back-there").addEventListener("click", () => this.seek(this.at));
    $("apply").addEventListener("click", () => this.act("film"));
    for (const [id, way] of [["key-before", -1], ["key-after", 1]]) $(id).addEventListener("click", () => this.jump(way));
  }

  get away() {
    return this.reel !== null && this.number !== this.at;
  }

  // Takes what the server shows; before the view does, whose pictures are those of the frame.
  async show(view) {
    $("film").hidden = view.film === null;
    if (view.film === null) return null;
    this.reel ??= await get(`${this.address}/reel`);
    const before = this.made.filter(({ done }) => done).map(({ id }) => id);
    const first = this.at === null;
    this.made = view.film.made;
    this.standing = view.standing;
    if (this.at !== view.film.frame) {
      this.at = this.number = view.film.frame;
      this.kept = null;
    }
    this.view.film = this;
    this.view.made = this.made.filter(({ done }) => done).map(({ id, name }, at) => ({ id, name: `the film${at ? ` ${at + 1}` : ""}: ${name}` }));
    $("time").max = this.reel.seconds.length - 1;
    this.marks();
    this.list();
    const fresh = first ? null : this.made.find(({ id, done }) => done && !before.includes(id));
    return fresh ?? null;
  }

  // After the view has shown its pictures.
  shown(fresh) {
    if (this.reel === null) return;
    if (fresh) this.look(fresh.id);
    else this.seek(this.number);
  }

  marks() {
    const last = Math.max(1, this.reel.seconds.length - 1);
    const keys = this.made.findLast(({ done }) => done)?.keys ?? this.reel.keys;
    this.keys = keys;
    $("keys").replaceChildren(
      ...keys.map((number) => {
        const mark = el("span", {});
        mark.style.left = `${(100 * number) / last}%`;
        return mark;
      }),
    );
    $("here-mark").style.left = `${(100 * this.at) / last}%`;
  }

  jump(way) {
    const there = way > 0 ? this.keys.find((key) => key > this.number) : this.keys.findLast((key) => key < this.number);
    if (there !== undefined) this.seek(there);
  }

  timed(id) {
    return SOURCES.includes(id) || this.made.some((one) => one.done && one.id === id);
  }

  // What changes when a film is made anew under the name of another.
  stamp(id) {
    return this.made.find((one) => one.id === id)?.stamp ?? "";
  }

  // Looks at a frame: its sources and what was made of it; at the one that is talked about, what is there besides.
  async seek(number) {
    const last = this.reel.seconds.length - 1;
    const was = this.away;
    this.number = Math.min(last, Math.max(0, number));
    this.tell();
    const chosen = { left: $("left-choice").value, right: $("right-choice").value };
    if (this.away && !was) this.kept ??= chosen;
    let wanted = chosen;
    if (this.away) {
      const film = this.made.findLast(({ done }) => done)?.id ?? "infrared";
      wanted = { left: this.timed(chosen.left) ? chosen.left : "visible", right: this.timed(chosen.right) ? chosen.right : film };
    } else if (this.kept && !this.loading) {
      wanted = this.kept;
      this.kept = null;
    }
    for (const option of document.querySelectorAll("#left-choice option, #right-choice option")) {
      option.disabled = this.away && !this.timed(option.value);
    }
    if (this.away) this.view.veil("");
    if (this.loading) return; // the last one that was wanted is shown when this one is there
    this.loading = true;
    await Promise.all([this.view.put("left", wanted.left), this.view.put("right", wanted.right)]);
    this.loading = false;
    if (this.number !== Math.min(last, Math.max(0, number))) await this.seek(this.number);
  }

  tell() {
    const { seconds } = this.reel;
    const key = this.keys.includes(this.number) ? ", a key frame" : "";
    const at = clock(seconds[this.number]);
    $("time").value = this.number;
    $("time").setAttribute("aria-valuetext", `${at} of ${clock(seconds.at(-1))}, frame ${this.number}${key}${this.away ? "" : ", the frame that is talked about"}`);
    $("clock").textContent = `${at} / ${clock(seconds.at(-1))}`;
    $("film-note").textContent = this.away
      ? `Looking at ${at}. A wish that you say now is tried at this frame${this.standing ? `; what was done at ${clock(seconds[this.at])} is done here first` : ""}.`
      : `Wishes are tried at this frame, ${at}${key}. Move along the time line for another one.`;
    for (const cursor of document.querySelectorAll("#films .cursor")) {
      const x = (cursor.dataset.wide * this.number) / Math.max(1, seconds.length - 1);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    }
    this.enable();
  }

  enable() {
    if (this.reel === null) return;
    const busy = Boolean(this.busy());
    $("here").disabled = busy || !this.away;
    $("back-there").disabled = !this.away;
    $("apply").disabled = busy || !this.standing;
    for (const button of document.querySelectorAll("#films [data-go-on]")) button.disabled = busy;
  }

  here() {
    this.pause();
    return this.act("goto", { number: this.number });
  }

  look(id) {
    this.kept = null;
    $("left-choice").value = "visible";
    $("right-choice").value = id;
    return this.seek(this.number).then(() => this.view.pair("visible", id));
  }

  pause() {
    this.playing = false;
    $("play").textContent = "Play";
  }

  async play() {
    const { seconds } = this.reel;
    this.playing = true;
    $("play").textContent = "Pause";
    let from = this.number >= seconds.length - 1 ? 0 : this.number;
    let begun = performance.now();
    while (this.playing) {
      // As fast as the film, or as frames come: then some are left out.
      const now = seconds[from] + (performance.now() - begun) / 1000;
      let number = this.number >= seconds.length - 1 ? 0 : this.number + 1;
      while (number < seconds.length - 1 && seconds[number + 1] <= now) number += 1;
      if (number === 0 && from !== 0) [from, begun] = [0, performance.now()];
      await this.seek(number);
      if (number >= seconds.length - 1) break;
      const wait = 1000 * (seconds[number + 1] - seconds[from]) - (performance.now() - begun);
      await new Promise((go) => setTimeout(go, Math.max(0, wait)));
    }
    this.pause();
  }

  list() {
    $("films").replaceChildren(
      ...this.made.map((one, at) => {
        const head = el("p", { class: "said", text: one.name });
        if (!one.done) {
          const go = el("button", { type: "button", text: "Go on", "data-go-on": "", "data-key": `go-on-${one.id}`, onclick: () => this.act("film", { film: one.id }) });
          return el("li", {}, head, el("p", { class: "outcome partly", text: "not finished" }), el("div", { class: "acts" }, go));
        }
        const file = (name, text) =>
          el("a", { href: `${this.address}/made/${one.id}/${name}`, text, target: name === "report.html" ? "_blank" : null, rel: "noopener" });
        const watch = el("button", { type: "button", text: "Watch it beside the visible film", "data-key": `watch-${one.id}`, onclick: () => this.look(one.id) });
        const files = el("p", { class: "files" }, file("film.mp4", "the film"), file("report.html", "open report"), file("run.json", "record"));
        return el("li", {}, head, ...one.refused.map((why) => el("p", { class: "note", text: `Not done: ${why}` })), ...one.steps.map((step, place) => this.step(one, step, `curve-${at}-${place}`)), el("div", { class: "acts" }, watch), files);
      }),
    );
  }

  step(made, step, id) {
    const parts = [el("p", { text: step.words }), el("p", { class: `outcome ${step.outcome.kind}`, text: step.outcome.words })];
    if (step.notice) parts.push(el("p", { class: "note fact", text: step.notice }));
    if (step.marks.length) parts.push(this.curve(made, step, id));
    return el("div", { class: "step" }, ...parts);
  }

  // As in the report of the film: the share of the picture, how far the edit goes, and where its goal was measured.
  curve(made, step, id) {
    const drawn = (tag, given) => {
      const part = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(given)) part.setAttribute(name, value);
      return part;
    };
    const svg = drawn("svg", { viewBox: `-4 0 ${made.wide + 8} ${made.high + 22}`, class: "curve", role: "img", "aria-labelledby": id });
    const title = drawn("title", { id });
    title.textContent = step.summary;
    svg.append(title, drawn("polyline", { class: "way", points: step.area }), drawn("polyline", { class: "way faint", points: step.amount }));
    for (const [x, met] of step.marks) svg.append(drawn("circle", { class: met ? "point met" : "point", cx: x, cy: made.high + 12, r: 4 }));
    const cursor = drawn("line", { class: "cursor", x1: 0, x2: 0, y1: 0, y2: made.high });
    cursor.dataset.wide = made.wide;
    svg.append(cursor);
    const words = `${step.summary} Line: share of the picture, up to ${step.most}; dotted: how far the edit goes; dots: where it was measured, filled where its goal held.`;
    return el("details", {}, el("summary", { class: "note", text: "Over time" }), svg, el("p", { class: "note", text: words }));
  }
}
