import type { Growth } from './testbed.js'

const WIDTH = 760
const HEIGHT = 420
const LEFT = 60
const RIGHT = 190
const TOP = 50
const BOTTOM = 50
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000', '#7f7f7f', '#8c564b']

/** Returns ticks that are 1, 2 or 5 times a power of ten apart, from 0 to just above `most`. */
function ticks(most: number): number[] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}

/** Draws an SVG of the latencies of pages (linear) by the number of rows (logarithmic), one line a page. */
export function plot({ sizes, pages }: Growth): string {
  const [least, most] = [Math.log10(sizes[0] as number), Math.log10(sizes.at(-1) as number)]
  const levels = ticks(Math.max(...pages.flatMap(({ medians }) => medians)))
  const x = (size: number) => LEFT + ((Math.log10(size) - least) / (most - least || 1)) * (WIDTH - LEFT - RIGHT)
  const y = (ms: number) => HEIGHT - BOTTOM - (ms / (levels.at(-1) as number)) * (HEIGHT - TOP - BOTTOM)
  const at = (value: number) => value.toFixed(1)
  const end = WIDTH - RIGHT

  const grid = levels.map(
    (ms) =>
      `<line x1="${LEFT}" x2="${end}" y1="${at(y(ms))}" y2="${at(y(ms))}" stroke="#ddd"/>` +
      `<text x="${LEFT - 8}" y="${at(y(ms) + 4)}" text-anchor="end">${ms}</text>`,
  )
  const below = sizes.map(
    (size) =>
      `<line x1="${at(x(size))}" x2="${at(x(size))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#ddd"/>` +
      `<text x="${at(x(size))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
  )
  const lines = pages.map(({ name, medians }, index) => {
    const colour = COLOURS[index % COLOURS.length]
    const points = medians.map((ms, position) => [at(x(sizes[position] as number)), at(y(ms))] as const)
    const key = TOP + 8 + index * 22
    return [
      `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
      `<line x1="${end + 20}" x2="${end + 40}" y1="${key}" y2="${key}" stroke="${colour}" stroke-width="2"/>`,
      `<text x="${end + 46}" y="${key + 4}">${name}</text>`,
    ].join('\n')
  })
  const middle = (TOP + HEIGHT - BOTTOM) / 2
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" role="img">
<title>Latency of a page of 20 files by the number of rows</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="26" font-size="15">A page of 20 files, median latency over HTTP</text>
${[...grid, ...below, ...lines].join('\n')}
<text x="${(LEFT + end) / 2}" y="${HEIGHT - 10}" text-anchor="middle">rows, half of them the caller's</text>
<text x="18" y="${middle}" text-anchor="middle" transform="rotate(-90 18 ${middle})">milliseconds</text>
</svg>
`
}
