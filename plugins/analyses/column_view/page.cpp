#include "plugins/analyses/column_view/page.hpp"

#include <cmath>

namespace v1::analyses {
namespace {

constexpr const char* page_begin = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Column</title><style>
html, body { margin: 0; height: 100%; font: 13px sans-serif; background: #fff; color: #222; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; cursor: grab; }
#panel { position: absolute; top: 8px; left: 8px; background: #ffffffd0; padding: 6px 8px; }
#panel label { display: block; margin: 2px 0; }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 5px; margin-right: 4px; }
#help { position: absolute; bottom: 6px; left: 12px; color: #777; }
</style></head><body><canvas id="c"></canvas><div id="panel"></div>
<div id="help">drag: turn, wheel: zoom, double click: reset</div><script>
const scene = )html";

constexpr const char* page_end = R"html(;
const canvas = document.getElementById('c'), context = canvas.getContext('2d');
const panel = document.getElementById('panel');
const n = scene.x.length, order = Array.from({length: n}, (_, i) => i);
let turn = 0.6, tilt = 0.25, zoom = 1, scheme = 0, hidden = new Set(), frame = 0;
const lowY = Math.min(...scene.y, ...scene.rings), highY = Math.max(...scene.y, ...scene.rings);
const midY = (lowY + highY) / 2;
const size = Math.max(2 * scene.ring_radius, highY - lowY);

function project(x, y, z, scale) {
  const c = Math.cos(turn), s = Math.sin(turn), ct = Math.cos(tilt), st = Math.sin(tilt);
  const right = x * c + z * s, front = -x * s + z * c, up = y - midY;
  return [canvas.width / 2 + right * scale, canvas.height / 2 - (up * ct - front * st) * scale,
          front * ct + up * st];
}
function draw() {
  frame = 0;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * ratio;
  canvas.height = canvas.clientHeight * ratio;
  const scale = 0.75 * zoom * Math.min(canvas.width, canvas.height) / size;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = '#aaaaaa';
  context.lineWidth = ratio;
  for (const y of scene.rings) {
    context.beginPath();
    for (let k = 0; k <= 72; ++k) {
      const a = k * Math.PI / 36, r = scene.ring_radius;
      const p = project(r * Math.cos(a), y, r * Math.sin(a), scale);
      if (k) context.lineTo(p[0], p[1]); else context.moveTo(p[0], p[1]);
    }
    context.stroke();
  }
  const points = scene.x.map((x, i) => project(x, scene.y[i], scene.z[i], scale));
  order.sort((a, b) => points[a][2] - points[b][2]);
  const coloring = scene.colorings[scheme], dot = Math.max(1.2, 4.5 * scale) * 0.8 + ratio;
  for (const i of order) {
    const g = coloring.group_of[i];
    if (hidden.has(g)) continue;
    context.fillStyle = coloring.colors[g];
    context.beginPath();
    context.arc(points[i][0], points[i][1], dot, 0, 2 * Math.PI);
    context.fill();
  }
  const bar = 100 * scale, x = canvas.width - bar - 20 * ratio, y = canvas.height - 24 * ratio;
  context.strokeStyle = context.fillStyle = '#222222';
  context.lineWidth = 2 * ratio;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + bar, y);
  context.stroke();
  context.font = 12 * ratio + 'px sans-serif';
  context.fillText('100 \u00b5m', x, y - 6 * ratio);
}
function redraw() { if (!frame) frame = requestAnimationFrame(draw); }
function fill() {
  panel.replaceChildren();
  const choice = document.createElement('select');
  scene.colorings.forEach((c, k) => choice.add(new Option('colour: ' + c.title, k)));
  choice.value = scheme;
  choice.onchange = () => { scheme = +choice.value; hidden.clear(); fill(); redraw(); };
  panel.append(choice);
  scene.colorings[scheme].names.forEach((name, g) => {
    const label = document.createElement('label'), box = document.createElement('input');
    const dot = document.createElement('span');
    box.type = 'checkbox';
    box.checked = !hidden.has(g);
    box.onchange = () => { if (box.checked) hidden.delete(g); else hidden.add(g); redraw(); };
    dot.className = 'dot';
    dot.style.background = scene.colorings[scheme].colors[g];
    label.append(box, dot, name);
    panel.append(label);
  });
}
canvas.onpointermove = e => {
  if (!e.buttons) return;
  turn += e.movementX * 0.008;
  tilt = Math.max(-1.57, Math.min(1.57, tilt + e.movementY * 0.008));
  redraw();
};
canvas.onpointerdown = e => canvas.setPointerCapture(e.pointerId);
canvas.onwheel = e => { zoom *= Math.exp(-e.deltaY * 0.001); e.preventDefault(); redraw(); };
canvas.ondblclick = () => { turn = 0.6; tilt = 0.25; zoom = 1; redraw(); };
window.onresize = redraw;
fill();
redraw();
</script></body></html>
)html";

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '<' ? std::string("\\u003c") : std::string(1, c);
  }
  return out + "\"";
}

std::string list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ",") + quoted(text);
  return "[" + out + "]";
}

template <class T>
std::string whole_numbers(const std::vector<T>& values) {
  std::string out;
  for (const T value : values) {
    out += (out.empty() ? "" : ",") + std::to_string(std::lround(static_cast<double>(value)));
  }
  return "[" + out + "]";
}

}  // namespace

std::string interactive_page(const PageScene& scene) {
  std::string json = "{\"title\":" + quoted(scene.title) + ",\"x\":" + whole_numbers(scene.x) +
                     ",\"y\":" + whole_numbers(scene.y) + ",\"z\":" + whole_numbers(scene.z) +
                     ",\"rings\":" + whole_numbers(scene.rings) +
                     ",\"ring_radius\":" + std::to_string(std::lround(scene.ring_radius)) +
                     ",\"colorings\":[";
  for (std::size_t k = 0; k < scene.colorings.size(); ++k) {
    const Coloring& c = scene.colorings[k];
    json += (k ? "," : "") + std::string("{\"title\":") + quoted(c.title) +
            ",\"names\":" + list(c.names) + ",\"colors\":" + list(c.colors) +
            ",\"group_of\":" + whole_numbers(c.group_of) + "}";
  }
  return page_begin + json + "]}" + page_end;
}

}  // namespace v1::analyses
