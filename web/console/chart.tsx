import { useFormat } from '../texts/provider.js'
import { useTexts } from './texts.js'

export interface Part {
  label: string
  value: number
  kind: 'accent' | 'good' | 'bad' | 'warn' | 'rest'
}

/** One bar that is divided into parts, with their numbers below, which are its text for everybody. */
export function PartsBar({ parts }: { parts: Part[] }) {
  const format = useFormat()
  const sum = parts.reduce((before, { value }) => before + value, 0)
  let x = 0
  return (
    <div class="parts">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ground" width="100" height="4" />
        {sum > 0 &&
          parts.map(({ label, value, kind }) => {
            const width = (value / sum) * 100
            x += width
            return <rect key={label} class={kind} x={x - width} width={width} height="4" />
          })}
      </svg>
      <ul>
        {parts.map(({ label, value, kind }) => (
          <li key={label}>
            <i class={kind} aria-hidden="true" />
            {label} <b>{format.number(value)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

export interface Day {
  /** The start of the day. */
  date: Date
  count: number
}

const HEIGHT = 100

/** A column for each day, with a table of the same numbers. */
export function DaysChart({ days, title }: { days: Day[]; title: string }) {
  const format = useFormat()
  const texts = useTexts()
  const most = Math.max(1, ...days.map(({ count }) => count))
  const step = 100 / days.length
  const first = days[0]
  const last = days.at(-1)
  return (
    <figure class="days">
      <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} x2="100" y1={HEIGHT * share} y2={HEIGHT * share} />
        ))}
        {days.map(({ date, count }, index) => {
          const height = count === 0 ? 1 : Math.max(3, (count / most) * HEIGHT)
          return (
            <rect
              key={date.getTime()}
              class={count === 0 ? 'ground' : 'accent'}
              x={index * step + step * 0.14}
              width={step * 0.72}
              y={HEIGHT - height}
              height={height}
            >
              <title>{`${format.date(date.toISOString())}: ${format.number(count)}`}</title>
            </rect>
          )
        })}
      </svg>
      {first && last && (
        <p class="axis" aria-hidden="true">
          <span>{format.date(first.date.toISOString())}</span>
          <span>{texts.overview.atMost(most)}</span>
          <span>{format.date(last.date.toISOString())}</span>
        </p>
      )}
      <details>
        <summary>{texts.overview.asTable}</summary>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.overview.day}</th>
              <th scope="col" class="number">
                {texts.overview.number}
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ date, count }) => (
              <tr key={date.getTime()}>
                <th scope="row">{format.date(date.toISOString())}</th>
                <td class="number">{format.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
