import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../dev/paths.js'

describe('the results of the benchmark', () => {
  it('name each ratio, with counts and machine', () => {
    const text = readFileSync(join(projectRoot(), 'bench/results.json'), 'utf8')
    const results = JSON.parse(text) as Record<'ratios' | 'counts' | 'machine', Record<string, unknown>>
    expect(Object.keys(results.ratios)).toEqual(
      expect.arrayContaining([
        'w2_over_floor_throughput',
        'decision_p95_over_floor',
        'w1_over_better_auth_per_cpu_second',
        'w1_over_plain_koa',
        'p95_with_10k_open_over_none',
      ]),
    )
    expect(Object.keys(results.counts)).toEqual(['events', 'tasks', 'bytes', 'statements'])
    expect(Object.keys(results.machine)).toEqual(expect.arrayContaining(['cpus', 'cpu', 'node']))
  })
})
