import { signInAsNewcomer, steps, type Diary, type PersonParts, type Step } from './person.js'

/** A person on the way, or at its end. */
export interface PersonView {
  readonly name: string
  readonly address: string
  readonly steps: readonly StepView[]
  /** Since the beginning, or from it to the end. */
  readonly seconds: number
  readonly end: 'confirmed' | 'lost' | null
  /** How often something failed and was tried again. */
  readonly again: number
}

export interface StepView {
  readonly step: Step
  readonly state: 'done' | 'now' | 'todo'
  readonly seconds: number
}

export interface CrowdView {
  /** Newest first: those on the way, and the last thirty. */
  readonly people: readonly PersonView[]
  readonly came: number
  readonly confirmed: number
  readonly lost: number
  readonly mails: number
  /** Nobody comes by itself until somebody asks for it. */
  readonly resting: boolean
}

export interface Crowd {
  /** How all stand; people come by themselves while somebody looks. */
  look(): CrowdView
  /** Somebody comes now; for the next minutes others come by themselves again. @returns the name */
  come(): string
}

interface Person {
  readonly name: string
  readonly began: number
  readonly took: Map<Step, number>
  now: { readonly step: Step; readonly since: number } | null
  ended: number | null
  end: PersonView['end']
  again: number
}

const names = ['mika', 'juno', 'theo', 'ines', 'omar', 'lena', 'ravi', 'suki', 'alma', 'finn', 'nuri', 'sol']
const remembered = 30
const everyMs = 3000
const atOnce = 4
const lookedAtMs = 5000
/** A page that was forgotten in a tab does not fill the database. */
const awakeMs = 180_000

/** People who sign in one after the other. */
export function createCrowd(parts: PersonParts): Crowd {
  let people: Person[] = []
  const total = { came: 0, confirmed: 0, lost: 0, mails: 0 }
  let lastLook = 0
  let lastCame = 0
  let awakeUntil = 0

  const come = (): string => {
    const name = `${names[total.came % names.length] ?? ''}-${Date.now().toString(36).slice(-6)}`
    const person = newPerson(name)
    people = [person, ...people.filter(({ end }, index) => end === null || index < remembered - 1)]
    total.came += 1
    lastCame = Date.now()
    void signInAsNewcomer(name, parts, diaryOf(person)).then(
      (mails) => {
        total.mails += mails
        finish(person, 'confirmed')
      },
      () => finish(person, 'lost'),
    )
    return name
  }
  const finish = (person: Person, end: 'confirmed' | 'lost'): void => {
    writeDown(person)
    person.ended = Date.now()
    person.end = end
    total[end] += 1
  }
  const comeByItself = (): void => {
    const now = Date.now()
    const underWay = people.filter(({ end }) => end === null).length
    if (now - lastLook < lookedAtMs && now < awakeUntil && now - lastCame >= everyMs && underWay < atOnce)
      come()
  }
  const timer = setInterval(comeByItself, 250)
  parts.stopping.addEventListener('abort', () => clearInterval(timer))

  return {
    look: () => {
      const now = Date.now()
      if (now - lastLook > lookedAtMs) awakeUntil = now + awakeMs // the page was opened
      lastLook = now
      return { ...total, people: people.map(viewOf), resting: now >= awakeUntil }
    },
    come: () => {
      awakeUntil = Date.now() + awakeMs
      return come()
    },
  }
}

function newPerson(name: string): Person {
  return { name, began: Date.now(), took: new Map(), now: null, ended: null, end: null, again: 0 }
}

function diaryOf(person: Person): Diary {
  return {
    begin: (step) => {
      writeDown(person)
      person.now = { step, since: Date.now() }
    },
    again: () => (person.again += 1),
  }
}

/** Adds the time of the step that is over. */
function writeDown(person: Person): void {
  const { now, took } = person
  if (now !== null) took.set(now.step, (took.get(now.step) ?? 0) + Date.now() - now.since)
  person.now = null
}

function viewOf(person: Person): PersonView {
  const { name, now, took } = person
  return {
    name,
    address: `${name}@people.example`,
    steps: steps.map((step) => {
      const running = now?.step === step ? Date.now() - now.since : 0
      const state = now?.step === step ? 'now' : took.has(step) ? 'done' : 'todo'
      return { step, state, seconds: ((took.get(step) ?? 0) + running) / 1000 }
    }),
    seconds: ((person.ended ?? Date.now()) - person.began) / 1000,
    end: person.end,
    again: person.again,
  }
}
