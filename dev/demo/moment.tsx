/** A time as people read it, to the second, in UTC. */
export function Moment({ time }: { time: string }) {
  return <time dateTime={time}>{time.slice(0, 19).replace('T', ' ')} UTC</time>
}
