/** The parts of the results page, in their order. */
export const WAYS_OUT = 'Ways out'
export const NETWORK = 'The network'
export const ANSWERS = 'Answers'
export const DISK = 'The disk'
export const PROCESS = 'Clock and worker'
export const MANY = 'Many events, many processes'
export const KILLS = 'SIGKILL'

export const SECTIONS: readonly { title: string; text: string }[] = [
  {
    title: WAYS_OUT,
    text: '5,000 events within 50 ms, then the end at once. A dead collector refuses connections, a black hole takes them and never answers.',
  },
  { title: NETWORK, text: '1,000 events within 200 ms, some work, then `await shutdown()`.' },
  { title: ANSWERS, text: '1,000 events within 200 ms, some work, then `await shutdown()`.' },
  { title: DISK, text: '1,000 events within 200 ms, then `await shutdown()`.' },
  { title: PROCESS, text: '1,000 events within a second, then `await shutdown()`.' },
  { title: MANY, text: 'Bursts, and processes that share a home.' },
  {
    title: KILLS,
    text: 'Killed at a random time while emitting, with a healthy collector; the next run sends what the disk has.',
  },
]
