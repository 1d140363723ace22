/** Returns the relative luminance of a colour `#rrggbb` (WCAG 2.2). */
function luminanceOf(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Returns the ratio of contrast of a colour with white, from 1 to 21 (WCAG 2.2). */
const contrastWithWhite = (color: string) => 1.05 / (luminanceOf(color) + 0.05)

/** Returns black or white, whichever is easier to read on a colour `#rrggbb`; the contrast is at least 4.58. */
export const textColorOn = (color: string): '#000000' | '#ffffff' =>
  contrastWithWhite(color) >= Math.sqrt(21) ? '#ffffff' : '#000000'
